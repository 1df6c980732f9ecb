/* What a program with its own HTTP stack uses: signing, decoding, no reply. */
#include <bankmeta.h>

#include <stdint.h>
#include <string.h>

#include "support.h"

#define NOW ((int64_t)1795478400)
#define ID "3A5B1C2D-0000-1111-2222-333344445555"

static bankmeta_config *own_config(const char *placement)
{
    bankmeta_config *config = bankmeta_config_new();
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "access_key_id", "id", NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "access_key_secret", "secret", NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "placement", placement, NULL));
    return config;
}

static bankmeta_request *request_of(const char *placement)
{
    bankmeta_config *config = own_config(placement);
    bankmeta_verification *verification = person(CARD);
    bankmeta_request *request = (bankmeta_request *)GARBAGE;
    CHECK_STATUS(BANKMETA_OK, bankmeta_sign(config, verification, NOW, "n-1", &request, NULL));
    bankmeta_verification_free(&verification);
    bankmeta_config_free(&config);
    return request;
}

static const char *header(const bankmeta_request *request, const char *name)
{
    size_t count = bankmeta_request_header_count(request);
    for (size_t index = 0; index < count; ++index)
        if (strcmp(bankmeta_request_header_name(request, index), name) == 0)
            return bankmeta_request_header_value(request, index);
    return NULL;
}

static void test_sign(void)
{
    bankmeta_request *body = request_of("auto"), *query = request_of("query");
    bankmeta_request *again = request_of("auto");
    size_t count = bankmeta_request_header_count(body);

    CHECK_TEXT("POST", bankmeta_request_method(body));
    CHECK_TEXT("https://cloudauth-intl.cn-hongkong.aliyuncs.com/", bankmeta_request_url(body));
    CHECK(strstr(bankmeta_request_body(body), "BankCard=" CARD "&") != NULL);
    CHECK(bankmeta_request_body_length(body) == strlen(bankmeta_request_body(body)));
    CHECK_TEXT("cloudauth-intl.cn-hongkong.aliyuncs.com", header(body, "host"));
    CHECK_TEXT("2026-11-24T00:00:00Z", header(body, "x-acs-date"));
    CHECK_TEXT("n-1", header(body, "x-acs-signature-nonce"));
    CHECK_TEXT(header(again, "authorization"), header(body, "authorization"));
    CHECK(bankmeta_request_header_name(body, count) == NULL);
    CHECK(bankmeta_request_header_value(body, (size_t)-1) == NULL);

    CHECK(strstr(bankmeta_request_url(query), "/?BankCard=" CARD "&") != NULL);
    CHECK_TEXT("", bankmeta_request_body(query));
    CHECK(bankmeta_request_body_length(query) == 0);
    bankmeta_request_free(&again);
    bankmeta_request_free(&query);
    bankmeta_request_free(&body);
}

static void test_sign_refuses(void)
{
    bankmeta_config *config = own_config("auto"), *without_key = bankmeta_config_new();
    bankmeta_verification *verification = person(CARD), *wrong = person("1");
    bankmeta_request *request = (bankmeta_request *)GARBAGE;
    bankmeta_error *error = NULL;

    CHECK_STATUS(BANKMETA_INVALID_INPUT,
                 bankmeta_sign(config, verification, NOW, "a b", &request, &error));
    CHECK(request == NULL);
    CHECK_TEXT("nonce", bankmeta_error_field(error));
    bankmeta_error_free(&error);
    CHECK_STATUS(BANKMETA_INVALID_INPUT, bankmeta_sign(config, wrong, NOW, NULL, &request, &error));
    CHECK_TEXT("card_number", bankmeta_error_field(error));
    CHECK(bankmeta_error_billed(error) == BANKMETA_BILLED_NO);
    bankmeta_error_free(&error);
    CHECK_STATUS(BANKMETA_CREDENTIALS,
                 bankmeta_sign(without_key, verification, NOW, NULL, &request, NULL));
    CHECK_STATUS(BANKMETA_NULL_POINTER,
                 bankmeta_sign(NULL, verification, NOW, NULL, &request, NULL));
    CHECK_STATUS(BANKMETA_NULL_POINTER, bankmeta_sign(config, NULL, NOW, NULL, &request, NULL));
    CHECK_STATUS(BANKMETA_NULL_POINTER, bankmeta_sign(config, verification, NOW, NULL, NULL, NULL));
    CHECK(bankmeta_request_url(NULL) == NULL && bankmeta_request_body_length(NULL) == 0);
    CHECK(bankmeta_request_method(NULL) == NULL && bankmeta_request_header_count(NULL) == 0);

    bankmeta_verification_free(&wrong);
    bankmeta_verification_free(&verification);
    bankmeta_config_free(&without_key);
    bankmeta_config_free(&config);
}

static void test_decode_an_answer(const bankmeta_request *request)
{
    static const char headers[] = "HTTP/1.1 200 OK\r\nServer: \xff\r\nX-Acs-Request-Id: " ID "\r\n\r\n";
    static const char body[] =
        "{\"Code\":\"200\",\"ResultObject\":{\"BizCode\":\"2\",\"SubCode\":\"201\"}}trailing";
    bankmeta_answer *answer = (bankmeta_answer *)GARBAGE;
    bankmeta_error *error = (bankmeta_error *)GARBAGE;
    const bankmeta_attempt *attempt;

    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_decode(request, 200, headers, sizeof headers - 1, body,
                                 sizeof body - sizeof "trailing", &answer, &error));
    CHECK(error == NULL);
    CHECK(bankmeta_answer_verdict(answer) == BANKMETA_VERDICT_MISMATCH);
    CHECK_TEXT("details_wrong", bankmeta_answer_sub_code_name(answer));
    CHECK_TEXT(ID, bankmeta_answer_request_id(answer));
    CHECK(bankmeta_answer_attempt_count(answer) == 1);
    attempt = bankmeta_answer_attempt(answer, 0);
    CHECK(bankmeta_attempt_fate(attempt) == BANKMETA_FATE_ANSWERED);
    CHECK(bankmeta_attempt_billed(attempt) == BANKMETA_BILLED_YES);
    CHECK(bankmeta_attempt_phase(attempt) == BANKMETA_PHASE_DONE);
    CHECK(bankmeta_attempt_http_status(attempt) == 200);
    CHECK(bankmeta_attempt_duration_microseconds(attempt) == 0);
    CHECK(bankmeta_attempt_resend(attempt) == 0);
    CHECK_TEXT(ID, bankmeta_attempt_request_id(attempt));
    CHECK_TEXT(NULL, bankmeta_attempt_service_code(attempt));
    CHECK(bankmeta_answer_attempt(answer, 1) == NULL);
    bankmeta_answer_free(&answer);

    /* Not billed: no record. Without headers, and ending with a NUL. */
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_decode(request, 200, NULL, 0,
                                 "{\"Code\":\"200\",\"ResultObject\":{\"BizCode\":\"3\"}}",
                                 BANKMETA_NUL, &answer, NULL));
    CHECK(bankmeta_attempt_billed(bankmeta_answer_attempt(answer, 0)) == BANKMETA_BILLED_NO);
    CHECK_TEXT(NULL, bankmeta_answer_request_id(answer));
    bankmeta_answer_free(&answer);
}

struct failure {
    int32_t http_status;
    const char *body;
    bankmeta_status status;
    bankmeta_fate fate;
    bankmeta_billed billed;
    const char *service_code;
};

static void test_decode_failures(const bankmeta_request *request)
{
    static const struct failure rows[] = {
        {403, "{\"Code\":\"Throttling.Api\"}", BANKMETA_THROTTLED, BANKMETA_FATE_REJECTED,
         BANKMETA_BILLED_NO, "Throttling.Api"},
        {500, "{\"Code\":\"InternalError\"}", BANKMETA_SERVICE_FAILURE, BANKMETA_FATE_UNKNOWN,
         BANKMETA_BILLED_MAYBE, "InternalError"},
        {502, "<html>", BANKMETA_SERVICE_FAILURE, BANKMETA_FATE_UNKNOWN, BANKMETA_BILLED_MAYBE, NULL},
        {200, "{", BANKMETA_BAD_REPLY, BANKMETA_FATE_UNKNOWN, BANKMETA_BILLED_MAYBE, NULL},
        /* The service repeats what was sent. */
        {400, "{\"Code\":\"" CARD "\",\"RequestId\":\"" CARD "\",\"Message\":\"" CARD "\"}",
         BANKMETA_SERVICE_FAILURE, BANKMETA_FATE_UNKNOWN, BANKMETA_BILLED_MAYBE, NULL},
        {400, "{\"Code\":\"SignatureDoesNotMatch\",\"Message\":\"server string: " CARD "\"}",
         BANKMETA_SIGNATURE, BANKMETA_FATE_REJECTED, BANKMETA_BILLED_NO, "SignatureDoesNotMatch"},
    };
    for (size_t index = 0; index < sizeof rows / sizeof rows[0]; ++index) {
        const struct failure *row = &rows[index];
        bankmeta_answer *answer = (bankmeta_answer *)GARBAGE;
        bankmeta_error *error = NULL;
        CHECK_STATUS(row->status, bankmeta_decode(request, row->http_status, NULL, 0, row->body,
                                                  strlen(row->body), &answer, &error));
        CHECK(answer == NULL);
        CHECK(bankmeta_error_fate(error) == row->fate);
        CHECK(bankmeta_error_billed(error) == row->billed);
        CHECK(bankmeta_error_http_status(error) == row->http_status);
        CHECK_TEXT(row->service_code, bankmeta_error_service_code(error));
        CHECK(bankmeta_error_attempt_count(error) == 1);
        CHECK(bankmeta_attempt_billed(bankmeta_error_attempt(error, 0)) == row->billed);
        CHECK_TEXT(row->service_code, bankmeta_attempt_service_code(bankmeta_error_attempt(error, 0)));
        CHECK(strstr(bankmeta_error_message(error), CARD) == NULL);
        bankmeta_error_free(&error);
    }
}

/* The request is out: a mistake in decoding must not say that nothing was sent. */
static void test_mistakes_in_decoding(const bankmeta_request *request)
{
    bankmeta_answer *answer = (bankmeta_answer *)GARBAGE;
    bankmeta_error *error = NULL;

#define MISTAKE(status, call)                                                                  \
    do {                                                                                       \
        CHECK_STATUS(status, call);                                                            \
        CHECK(bankmeta_error_fate(error) == BANKMETA_FATE_UNKNOWN);                            \
        CHECK(bankmeta_error_billed(error) == BANKMETA_BILLED_MAYBE);                          \
        CHECK(strstr(bankmeta_error_message(error), "may have been executed") != NULL);        \
        bankmeta_error_free(&error);                                                           \
    } while (0)

    MISTAKE(BANKMETA_NULL_POINTER, bankmeta_decode(NULL, 200, NULL, 0, "", 0, &answer, &error));
    CHECK(answer == NULL);
    MISTAKE(BANKMETA_NULL_POINTER, bankmeta_decode(request, 200, NULL, 0, "", 0, NULL, &error));
    MISTAKE(BANKMETA_INVALID_INPUT, bankmeta_decode(request, 0, NULL, 0, "", 0, &answer, &error));
    MISTAKE(BANKMETA_INVALID_INPUT, bankmeta_decode(request, -1, NULL, 0, "", 0, &answer, &error));
    MISTAKE(BANKMETA_INVALID_LENGTH,
            bankmeta_decode(request, 200, NULL, 3, "", 0, &answer, &error));
    MISTAKE(BANKMETA_INVALID_LENGTH,
            bankmeta_decode(request, 200, "", 0, "", (size_t)-2, &answer, &error));
    MISTAKE(BANKMETA_BAD_REPLY, bankmeta_decode(request, 200, NULL, 0, NULL, 0, &answer, &error));
}

static void test_not_answered(void)
{
    bankmeta_error *error = (bankmeta_error *)GARBAGE;
    CHECK_STATUS(BANKMETA_CONNECT, bankmeta_not_answered(BANKMETA_CONNECT, 0, &error));
    CHECK(bankmeta_error_fate(error) == BANKMETA_FATE_NOT_SENT);
    CHECK(bankmeta_error_billed(error) == BANKMETA_BILLED_NO);
    CHECK(bankmeta_attempt_phase(bankmeta_error_attempt(error, 0)) == BANKMETA_PHASE_CONNECT);
    bankmeta_error_free(&error);
    CHECK_STATUS(BANKMETA_TIMEOUT, bankmeta_not_answered(BANKMETA_TIMEOUT, 1, &error));
    CHECK(bankmeta_error_fate(error) == BANKMETA_FATE_UNKNOWN);
    CHECK(bankmeta_error_billed(error) == BANKMETA_BILLED_MAYBE);
    bankmeta_error_free(&error);
    CHECK_STATUS(BANKMETA_CONNECTION_LOST, bankmeta_not_answered(-7, -1, &error));
    CHECK(bankmeta_error_fate(error) == BANKMETA_FATE_UNKNOWN);
    bankmeta_error_free(&error);
    CHECK_STATUS(BANKMETA_DNS, bankmeta_not_answered(BANKMETA_DNS, 0, NULL));
}

int main(void)
{
    bankmeta_request *request = request_of("auto");
    test_sign();
    test_sign_refuses();
    test_decode_an_answer(request);
    test_decode_failures(request);
    test_mistakes_in_decoding(request);
    test_not_answered();
    bankmeta_request_free(&request);
    bankmeta_request_free(NULL);
    return report();
}
