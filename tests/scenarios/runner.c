/*
 * Runs scenarios for the driver: one line of percent-encoded `config.<key>` and
 * `verification.<key>` fields in, one line of results out. The four factors alone go
 * through bankmeta_verify, anything more through a bankmeta_verification.
 */
#define _POSIX_C_SOURCE 200809L

#include <bankmeta.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS 64

typedef struct {
    char *key;
    char *value;
    size_t length;
} field;

static const char *const factors[] = {"card_number", "name", "id_number", "mobile"};

/* Decodes %XX in place and returns the new length. */
static size_t decode(char *text)
{
    char *to = text;
    for (char *from = text; *from != '\0'; ++to) {
        if (from[0] == '%' && from[1] != '\0' && from[2] != '\0') {
            char digits[3] = {from[1], from[2], '\0'};
            *to = (char)strtol(digits, NULL, 16);
            from += 3;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
    return (size_t)(to - text);
}

static size_t split(char *line, field *fields)
{
    size_t count = 0;
    for (char *rest = NULL, *part = strtok_r(line, "\t\r\n", &rest);
         part != NULL && count < MAX_FIELDS;
         part = strtok_r(NULL, "\t\r\n", &rest)) {
        char *equals = strchr(part, '=');
        if (equals == NULL)
            continue;
        *equals = '\0';
        fields[count].key = part;
        fields[count].value = equals + 1;
        fields[count].length = decode(equals + 1);
        ++count;
    }
    return count;
}

/* The part of the key after `section`, or NULL if it is of another section. */
static const char *key_in(const field *field, const char *section)
{
    size_t length = strlen(section);
    return strncmp(field->key, section, length) == 0 ? field->key + length : NULL;
}

static int factor_index(const char *key)
{
    for (int index = 0; index < 4; ++index)
        if (strcmp(key, factors[index]) == 0)
            return index;
    return -1;
}

/* Fills in the factors; returns 0 if bankmeta_verify could not express the fields. */
static int only_factors(const field *fields, size_t count, const char *values[4])
{
    for (size_t index = 0; index < count; ++index) {
        const char *key = key_in(&fields[index], "verification.");
        int factor = key == NULL ? -1 : factor_index(key);
        if (key == NULL)
            continue;
        if (factor < 0 || strlen(fields[index].value) != fields[index].length)
            return 0;
        values[factor] = fields[index].value;
    }
    return values[0] != NULL && values[1] != NULL;
}

/* In the order of the fields, so that every face reports the same mistake first. */
static bankmeta_status set_all(const field *fields, size_t count, bankmeta_config *config,
                               bankmeta_verification *verification, bankmeta_error **error)
{
    bankmeta_status status = BANKMETA_OK;
    for (size_t index = 0; index < count && status == BANKMETA_OK; ++index) {
        const field *field = &fields[index];
        const char *config_key = key_in(field, "config.");
        const char *verification_key = key_in(field, "verification.");
        if (config_key != NULL)
            status = bankmeta_config_set(config, config_key, field->value, error);
        else if (verification_key != NULL)
            status = bankmeta_verification_set(verification, verification_key, field->value,
                                               field->length, error);
    }
    return status;
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static void print_answer(const bankmeta_answer *answer)
{
    printf("verdict=%s\tbiz_code=%s\tsub_code=%s\terror=\tfield=\tservice_code=\t"
           "http_status=\tfate=answered\tbilled=%s\tattempts=%zu\n",
           bankmeta_verdict_name(bankmeta_answer_verdict(answer)),
           or_empty(bankmeta_answer_biz_code(answer)),
           or_empty(bankmeta_answer_sub_code(answer)),
           bankmeta_billed_name(bankmeta_answer_billed(answer)),
           bankmeta_answer_attempt_count(answer));
}

static void print_error(bankmeta_status status, const bankmeta_error *error)
{
    char http_status[16] = "";
    if (bankmeta_error_http_status(error) != 0)
        snprintf(http_status, sizeof http_status, "%d", (int)bankmeta_error_http_status(error));
    printf("verdict=\tbiz_code=\tsub_code=\terror=%s\tfield=%s\tservice_code=%s\t"
           "http_status=%s\tfate=%s\tbilled=%s\tattempts=%zu\n",
           bankmeta_status_name(status),
           or_empty(bankmeta_error_field(error)),
           or_empty(bankmeta_error_service_code(error)),
           http_status,
           bankmeta_fate_name(bankmeta_error_fate(error)),
           bankmeta_billed_name(bankmeta_error_billed(error)),
           bankmeta_error_attempt_count(error));
}

static void run(char *line)
{
    field fields[MAX_FIELDS];
    const char *values[4] = {NULL, NULL, NULL, NULL};
    size_t count = split(line, fields);
    bankmeta_config *config = bankmeta_config_new();
    bankmeta_verification *verification = bankmeta_verification_new();
    bankmeta_client *client = NULL;
    bankmeta_answer *answer = NULL;
    bankmeta_error *error = NULL;

    bankmeta_status status = set_all(fields, count, config, verification, &error);
    if (status == BANKMETA_OK)
        status = bankmeta_client_new(config, &client, &error);
    if (status == BANKMETA_OK && only_factors(fields, count, values))
        status = bankmeta_verify(client, values[0], values[1], values[2], values[3], &answer,
                                 &error);
    else if (status == BANKMETA_OK)
        status = bankmeta_client_verify(client, verification, &answer, &error);

    if (status == BANKMETA_OK)
        print_answer(answer);
    else
        print_error(status, error);
    fflush(stdout);
    bankmeta_error_free(&error);
    bankmeta_answer_free(&answer);
    bankmeta_client_free(&client);
    bankmeta_verification_free(&verification);
    bankmeta_config_free(&config);
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0)
        run(line);
    free(line);
    return 0;
}
