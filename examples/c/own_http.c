/*
 * The same as verify.c for a program that has its own HTTP stack, here libcurl: bankmeta signs
 * the request and decodes the reply, and opens no connection. Reads card_number TAB name, one a
 * line. The access key comes from the environment variables ALIBABA_CLOUD_ACCESS_KEY_ID and
 * ALIBABA_CLOUD_ACCESS_KEY_SECRET. BANKMETA_ENDPOINT and BANKMETA_CA_FILE, if set, lead to a
 * sandbox instead of the service.
 */
#include <bankmeta.h>

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A reply has a few hundred bytes; a larger one is refused. */
struct buffer {
    char bytes[65536];
    size_t length;
};

static size_t append(char *data, size_t size, size_t count, void *to)
{
    struct buffer *buffer = to;
    if (size * count > sizeof buffer->bytes - buffer->length)
        return 0;
    memcpy(buffer->bytes + buffer->length, data, size * count);
    buffer->length += size * count;
    return size * count;
}

static struct curl_slist *headers_of(const bankmeta_request *request)
{
    struct curl_slist *list = NULL;
    size_t count = bankmeta_request_header_count(request);
    for (size_t index = 0; index < count; ++index) {
        char line[4096];
        snprintf(line, sizeof line, "%s: %s", bankmeta_request_header_name(request, index),
                 bankmeta_request_header_value(request, index));
        list = curl_slist_append(list, line);
    }
    return list;
}

static bankmeta_status what_failed(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return BANKMETA_DNS;
    case CURLE_COULDNT_CONNECT:
        return BANKMETA_CONNECT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return BANKMETA_TLS;
    case CURLE_OPERATION_TIMEDOUT:
        return BANKMETA_TIMEOUT;
    default:
        return BANKMETA_CONNECTION_LOST;
    }
}

/* Sends a request once and decodes what comes back. */
static bankmeta_status exchange(CURL *curl, const bankmeta_request *request,
                                bankmeta_answer **answer, bankmeta_error **error)
{
    static struct buffer headers, body;
    struct curl_slist *list = headers_of(request);
    long http_status = 0, bytes_sent = 0;
    CURLcode code;

    headers.length = body.length = 0;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, bankmeta_request_url(request));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, bankmeta_request_body(request));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)bankmeta_request_body_length(request));
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 15L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    /* libcurl repeats a request by itself if a kept connection turns out to be dead. */
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    if (getenv("BANKMETA_CA_FILE") != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, getenv("BANKMETA_CA_FILE"));
    code = curl_easy_perform(curl);
    curl_slist_free_all(list);
    if (code == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
        return bankmeta_decode(request, (int32_t)http_status, headers.bytes, headers.length,
                               body.bytes, body.length, answer, error);
    }
    /* How much of the request libcurl gave to the TLS or socket layer. */
    if (curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &bytes_sent) != CURLE_OK)
        bytes_sent = 1;
    return bankmeta_not_answered(what_failed(code), bytes_sent != 0, error);
}

/* Returns 0 if the service answered. */
static int verify_line(CURL *curl, const bankmeta_config *config, char *line)
{
    bankmeta_verification *verification = bankmeta_verification_new();
    bankmeta_request *request = NULL;
    bankmeta_answer *answer = NULL;
    bankmeta_error *error = NULL;
    char *name = strchr(line, '\t');
    int failed;

    if (name != NULL)
        *name++ = '\0';
    failed = bankmeta_verification_set(verification, "card_number", line, BANKMETA_NUL, &error)
                 != BANKMETA_OK
             || bankmeta_verification_set(verification, "name", name, BANKMETA_NUL, &error)
                    != BANKMETA_OK
             || bankmeta_sign(config, verification, (int64_t)time(NULL), NULL, &request, &error)
                    != BANKMETA_OK
             || exchange(curl, request, &answer, &error) != BANKMETA_OK;
    if (failed)
        printf("error  %s\n", bankmeta_error_message(error));
    else
        printf("%s, billed %s\n", bankmeta_verdict_name(bankmeta_answer_verdict(answer)),
               bankmeta_billed_name(bankmeta_answer_billed(answer)));
    bankmeta_error_free(&error);
    bankmeta_answer_free(&answer);
    bankmeta_request_free(&request);
    bankmeta_verification_free(&verification);
    return failed;
}

int main(void)
{
    char line[1024];
    int failures = 0;
    bankmeta_config *config = bankmeta_config_new();
    bankmeta_error *error = NULL;
    const char *endpoint = getenv("BANKMETA_ENDPOINT");
    CURL *curl;

    if (bankmeta_config_set(config, "credentials", "environment", &error) != BANKMETA_OK
        || (endpoint != NULL
            && bankmeta_config_set(config, "endpoint", endpoint, &error) != BANKMETA_OK)) {
        fprintf(stderr, "%s\n", bankmeta_error_message(error));
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    curl = curl_easy_init();
    while (curl != NULL && fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        failures += verify_line(curl, config, line);
        fflush(stdout);
    }
    curl_easy_cleanup(curl);
    curl_global_cleanup();
    bankmeta_config_free(&config);
    return failures == 0 ? 0 : 1;
}
