/* The C API as C sees it: misuse, texts, frees, errors that cost nothing. */
#include <bankmeta.h>

#include <stdint.h>
#include <string.h>

#include "support.h"

static void test_versions(void)
{
    CHECK_TEXT(BANKMETA_VERSION, bankmeta_version());
    CHECK(bankmeta_abi_version() == BANKMETA_ABI_VERSION);
    CHECK(BANKMETA_NUL == SIZE_MAX);
    CHECK_TEXT("invalid_input", bankmeta_status_name(BANKMETA_INVALID_INPUT));
    CHECK_TEXT("unknown", bankmeta_status_name(-7));
}

static void test_null_inputs(const bankmeta_client *client)
{
    bankmeta_config *config = bankmeta_config_new();
    bankmeta_verification *verification = bankmeta_verification_new();
    bankmeta_client *new_client = (bankmeta_client *)GARBAGE;
    bankmeta_answer *answer = (bankmeta_answer *)GARBAGE;
    bankmeta_error *error = (bankmeta_error *)GARBAGE;

#define REFUSED(call)                                                                          \
    do {                                                                                       \
        CHECK_STATUS(BANKMETA_NULL_POINTER, call);                                             \
        CHECK(bankmeta_error_status(error) == BANKMETA_NULL_POINTER);                          \
        CHECK(strstr(bankmeta_error_message(error), "is NULL") != NULL);                       \
        CHECK(strstr(bankmeta_error_message(error),                                            \
                     "[null_pointer, fate not_sent, billed no]") != NULL);                     \
        CHECK(bankmeta_error_billed(error) == BANKMETA_BILLED_NO);                             \
        bankmeta_error_free(&error);                                                           \
        error = (bankmeta_error *)GARBAGE;                                                     \
    } while (0)

    REFUSED(bankmeta_config_set(NULL, "region", "x", &error));
    REFUSED(bankmeta_config_set(config, NULL, "x", &error));
    REFUSED(bankmeta_config_set(config, "region", NULL, &error));
    REFUSED(bankmeta_client_new(NULL, &new_client, &error));
    CHECK(new_client == NULL);
    REFUSED(bankmeta_client_new(config, NULL, &error));
    REFUSED(bankmeta_verification_set(NULL, "name", "x", BANKMETA_NUL, &error));
    REFUSED(bankmeta_verification_set(verification, NULL, "x", BANKMETA_NUL, &error));
    REFUSED(bankmeta_verification_set(verification, "name", NULL, BANKMETA_NUL, &error));
    REFUSED(bankmeta_verification_set(verification, "name", NULL, 0, &error));
    REFUSED(bankmeta_verify(NULL, CARD, NAME, NULL, NULL, &answer, &error));
    CHECK(answer == NULL);
    REFUSED(bankmeta_verify(client, NULL, NAME, NULL, NULL, &answer, &error));
    REFUSED(bankmeta_verify(client, CARD, NULL, NULL, NULL, &answer, &error));
    REFUSED(bankmeta_verify(client, CARD, NAME, NULL, NULL, NULL, &error));
    REFUSED(bankmeta_client_verify(NULL, verification, &answer, &error));
    REFUSED(bankmeta_client_verify(client, NULL, &answer, &error));
    REFUSED(bankmeta_client_verify(client, verification, NULL, &error));
    /* Nobody wants the error. */
    CHECK_STATUS(BANKMETA_NULL_POINTER, bankmeta_client_new(NULL, NULL, NULL));

    bankmeta_verification_free(&verification);
    bankmeta_config_free(&config);
}

static void test_questions_about_null(void)
{
    CHECK(bankmeta_answer_verdict(NULL) == BANKMETA_VERDICT_UNKNOWN);
    CHECK(bankmeta_answer_billed(NULL) == BANKMETA_BILLED_MAYBE);
    CHECK(bankmeta_answer_attempt_count(NULL) == 0);
    CHECK(bankmeta_answer_biz_code(NULL) == NULL);
    CHECK(bankmeta_answer_sub_code(NULL) == NULL);
    CHECK(bankmeta_answer_sub_code_name(NULL) == NULL);
    CHECK(bankmeta_answer_sub_code_meaning(NULL) == NULL);
    CHECK(bankmeta_answer_request_id(NULL) == NULL);
    CHECK(bankmeta_error_status(NULL) == BANKMETA_NULL_POINTER);
    CHECK(bankmeta_error_fate(NULL) == BANKMETA_FATE_UNKNOWN);
    CHECK(bankmeta_error_billed(NULL) == BANKMETA_BILLED_MAYBE);
    CHECK(bankmeta_error_http_status(NULL) == 0);
    CHECK(bankmeta_error_attempt_count(NULL) == 0);
    CHECK(bankmeta_error_message(NULL) == NULL);
    CHECK(bankmeta_error_field(NULL) == NULL);
    CHECK(bankmeta_error_service_code(NULL) == NULL);
    CHECK(bankmeta_error_request_id(NULL) == NULL);
}

static void test_texts(void)
{
    bankmeta_verification *verification = bankmeta_verification_new();
    bankmeta_config *config = bankmeta_config_new();

    CHECK_STATUS(BANKMETA_OK, bankmeta_verification_set(verification, "name", NAME "rest", 6, NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_verification_set(verification, "name", "", 0, NULL));
    /* Half of the first character. */
    CHECK_STATUS(BANKMETA_INVALID_UTF8, bankmeta_verification_set(verification, "name", NAME, 2, NULL));
    CHECK_STATUS(BANKMETA_INVALID_UTF8, bankmeta_config_set(config, "region", "\xff", NULL));
    CHECK_STATUS(BANKMETA_INVALID_UTF8, bankmeta_config_set(config, "\xc0\x80", "x", NULL));
    CHECK_STATUS(BANKMETA_INVALID_LENGTH,
                 bankmeta_verification_set(verification, "name", NAME, (size_t)-2, NULL));
    CHECK_STATUS(BANKMETA_INVALID_LENGTH,
                 bankmeta_verification_set(verification, "name", NAME, 65537, NULL));

    bankmeta_config_free(&config);
    bankmeta_verification_free(&verification);
}

static void test_frees(bankmeta_client *client)
{
    bankmeta_config *config = sandbox_config();
    bankmeta_verification *verification = bankmeta_verification_new();
    bankmeta_answer *answer = NULL;
    bankmeta_error *error = NULL;
    bankmeta_verify(client, CARD, NAME, NULL, NULL, &answer, NULL);
    bankmeta_verify(client, "1", NAME, NULL, NULL, NULL, &error);
    CHECK(answer != NULL && error != NULL);

    for (int round = 0; round < 2; ++round) {
        bankmeta_config_free(&config);
        bankmeta_verification_free(&verification);
        bankmeta_answer_free(&answer);
        bankmeta_error_free(&error);
        bankmeta_client_free(&client);
        CHECK(config == NULL && verification == NULL && answer == NULL && error == NULL
              && client == NULL);
    }
    bankmeta_config_free(NULL);
    bankmeta_verification_free(NULL);
    bankmeta_answer_free(NULL);
    bankmeta_error_free(NULL);
    bankmeta_client_free(NULL);
}

static void test_errors_before_any_call(const bankmeta_client *client)
{
    bankmeta_answer *answer = (bankmeta_answer *)GARBAGE;
    bankmeta_error *error = NULL;

    CHECK_STATUS(BANKMETA_INVALID_INPUT,
                 bankmeta_verify(client, "6222-0212", NAME, NULL, NULL, &answer, &error));
    CHECK(answer == NULL);
    CHECK_TEXT("card_number", bankmeta_error_field(error));
    CHECK(bankmeta_error_fate(error) == BANKMETA_FATE_NOT_SENT);
    CHECK(bankmeta_error_billed(error) == BANKMETA_BILLED_NO);
    CHECK(bankmeta_error_attempt_count(error) == 0);
    CHECK(strstr(bankmeta_error_message(error), "6222") == NULL);
    bankmeta_error_free(&error);

    /* A mobile without an ID number, and a config without an access key. */
    CHECK_STATUS(BANKMETA_INVALID_INPUT,
                 bankmeta_verify(client, CARD, NAME, NULL, MOBILE, &answer, &error));
    CHECK_TEXT("id_number", bankmeta_error_field(error));
    bankmeta_error_free(&error);

    bankmeta_config *config = bankmeta_config_new();
    bankmeta_client *none = (bankmeta_client *)GARBAGE;
    CHECK_STATUS(BANKMETA_CREDENTIALS, bankmeta_client_new(config, &none, &error));
    CHECK(none == NULL);
    bankmeta_error_free(&error);
    CHECK_STATUS(BANKMETA_CONFIGURATION, bankmeta_config_set(config, "tiemout", "1", &error));
    bankmeta_error_free(&error);
    bankmeta_config_free(&config);
}

int main(void)
{
    bankmeta_client *client = sandbox_client();
    test_versions();
    test_null_inputs(client);
    test_questions_about_null();
    test_texts();
    test_errors_before_any_call(client);
    test_frees(client);
    return report();
}
