/* Real verifications against a sandbox: answers, failures of the service, threads. */
#include <bankmeta.h>

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

/* Cards of the first cardholder that make the service say something. */
#define CARD_DETAILS_WRONG "6299001020100000008"
#define CARD_NO_RECORD "6299001030100000007"
#define CARD_THROTTLED "6299002001000000008"
#define CARD_INTERNAL_ERROR "6299002002600000000"
#define CARD_UNKNOWN_BIZ_CODE "6299004000100000007"
#define CARD_UNKNOWN_SUB_CODE "6299004000200000006"

#define THREADS 16
#define CALLS_PER_THREAD 5

static void test_answers(const bankmeta_client *client)
{
    static const struct {
        const char *card_number, *id_number, *mobile;
        bankmeta_verdict verdict;
        const char *biz_code, *sub_code, *sub_code_name;
        bankmeta_billed billed;
    } rows[] = {
        {CARD, NULL, NULL, BANKMETA_VERDICT_MATCH, "1", "101", "passed", BANKMETA_BILLED_YES},
        {CARD, ID_NUMBER, NULL, BANKMETA_VERDICT_MATCH, "1", "101", "passed", BANKMETA_BILLED_YES},
        {CARD, ID_NUMBER, MOBILE, BANKMETA_VERDICT_MATCH, "1", "101", "passed",
         BANKMETA_BILLED_YES},
        {CARD_DETAILS_WRONG, ID_NUMBER, MOBILE, BANKMETA_VERDICT_MISMATCH, "2", "201",
         "details_wrong", BANKMETA_BILLED_YES},
        {CARD_NO_RECORD, NULL, NULL, BANKMETA_VERDICT_NO_RECORD, "3", "301", "card_unsupported",
         BANKMETA_BILLED_NO},
        {CARD_UNKNOWN_BIZ_CODE, NULL, NULL, BANKMETA_VERDICT_UNKNOWN, "9", "101", "passed",
         BANKMETA_BILLED_MAYBE},
        {CARD_UNKNOWN_SUB_CODE, NULL, NULL, BANKMETA_VERDICT_MISMATCH, "2", "999", NULL,
         BANKMETA_BILLED_YES},
    };
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; ++row) {
        bankmeta_answer *answer = NULL;
        bankmeta_error *error = (bankmeta_error *)GARBAGE;
        CHECK_STATUS(BANKMETA_OK,
                     bankmeta_verify(client, rows[row].card_number, NAME, rows[row].id_number,
                                     rows[row].mobile, &answer, &error));
        CHECK(error == NULL);
        CHECK(bankmeta_answer_verdict(answer) == rows[row].verdict);
        CHECK(bankmeta_answer_billed(answer) == rows[row].billed);
        CHECK_TEXT(rows[row].biz_code, bankmeta_answer_biz_code(answer));
        CHECK_TEXT(rows[row].sub_code, bankmeta_answer_sub_code(answer));
        CHECK_TEXT(rows[row].sub_code_name, bankmeta_answer_sub_code_name(answer));
        CHECK((bankmeta_answer_sub_code_meaning(answer) == NULL) == (rows[row].sub_code_name == NULL));
        CHECK(bankmeta_answer_request_id(answer) != NULL);
        CHECK(bankmeta_answer_attempt_count(answer) == 1);
        bankmeta_answer_free(&answer);
    }
}

static void test_failures_of_the_service(const bankmeta_client *client)
{
    static const struct {
        const char *card_number;
        bankmeta_status status;
        const char *service_code;
        int32_t http_status;
        bankmeta_fate fate;
        bankmeta_billed billed;
    } rows[] = {
        {CARD_THROTTLED, BANKMETA_THROTTLED, "Throttling.Api", 403, BANKMETA_FATE_REJECTED,
         BANKMETA_BILLED_NO},
        {CARD_INTERNAL_ERROR, BANKMETA_SERVICE_FAILURE, "InternalError", 500,
         BANKMETA_FATE_UNKNOWN, BANKMETA_BILLED_MAYBE},
    };
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; ++row) {
        bankmeta_answer *answer = (bankmeta_answer *)GARBAGE;
        bankmeta_error *error = NULL;
        CHECK_STATUS(rows[row].status, bankmeta_verify(client, rows[row].card_number, NAME, NULL,
                                                       NULL, &answer, &error));
        CHECK(answer == NULL);
        CHECK(bankmeta_error_status(error) == rows[row].status);
        CHECK_TEXT(rows[row].service_code, bankmeta_error_service_code(error));
        CHECK(bankmeta_error_http_status(error) == rows[row].http_status);
        CHECK(bankmeta_error_fate(error) == rows[row].fate);
        CHECK(bankmeta_error_billed(error) == rows[row].billed);
        CHECK(bankmeta_error_field(error) == NULL);
        CHECK(bankmeta_error_request_id(error) != NULL);
        bankmeta_error_free(&error);
    }
}

static void test_a_verification_can_be_used_again(const bankmeta_client *client)
{
    bankmeta_verification *verification = bankmeta_verification_new();
    bankmeta_answer *answer = NULL;
    /* Texts with a length need no NUL. */
    CHECK_STATUS(BANKMETA_OK, bankmeta_verification_set(verification, "card_number", CARD "999",
                                                        strlen(CARD), NULL));
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_verification_set(verification, "name", NAME, BANKMETA_NUL, NULL));
    for (int round = 0; round < 2; ++round) {
        const char *md5_mode = round == 0 ? "false" : "true";
        CHECK_STATUS(BANKMETA_OK, bankmeta_verification_set(verification, "md5_mode", md5_mode,
                                                            BANKMETA_NUL, NULL));
        CHECK_STATUS(BANKMETA_OK, bankmeta_client_verify(client, verification, &answer, NULL));
        CHECK(bankmeta_answer_verdict(answer) == BANKMETA_VERDICT_MATCH);
        bankmeta_answer_free(&answer);
    }
    bankmeta_verification_free(&verification);
}

static void *verify_in_thread(void *shared)
{
    const bankmeta_client *client = (const bankmeta_client *)shared;
    uintptr_t matches = 0;
    for (int call = 0; call < CALLS_PER_THREAD; ++call) {
        bankmeta_answer *answer = NULL;
        bankmeta_error *error = NULL;
        if (bankmeta_verify(client, CARD, NAME, ID_NUMBER, MOBILE, &answer, &error) != BANKMETA_OK)
            fprintf(stderr, "thread: %s\n", bankmeta_error_message(error));
        matches += bankmeta_answer_verdict(answer) == BANKMETA_VERDICT_MATCH;
        bankmeta_answer_free(&answer);
        bankmeta_error_free(&error);
    }
    return (void *)matches;
}

static void test_threads_share_a_client(bankmeta_client *client)
{
    pthread_t threads[THREADS];
    for (int index = 0; index < THREADS; ++index)
        CHECK(pthread_create(&threads[index], NULL, verify_in_thread, client) == 0);
    for (int index = 0; index < THREADS; ++index) {
        void *matches = NULL;
        CHECK(pthread_join(threads[index], &matches) == 0);
        CHECK((uintptr_t)matches == CALLS_PER_THREAD);
    }
}

static void test_answer_and_error_outlive_the_client(bankmeta_client *client)
{
    bankmeta_answer *answer = NULL;
    bankmeta_answer *none = NULL;
    bankmeta_error *error = NULL;
    bankmeta_verify(client, CARD, NAME, NULL, NULL, &answer, NULL);
    bankmeta_verify(client, CARD_THROTTLED, NAME, NULL, NULL, &none, &error);
    bankmeta_client_free(&client);
    CHECK_TEXT("101", bankmeta_answer_sub_code(answer));
    CHECK_TEXT("Throttling.Api", bankmeta_error_service_code(error));
    bankmeta_answer_free(&answer);
    bankmeta_error_free(&error);
}

int main(void)
{
    bankmeta_config *config = sandbox_config();
    bankmeta_client *client = NULL;
    /* Throttling would be repeated for seconds: what is repeated is shown elsewhere. */
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "retry", "never", NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_client_new(config, &client, NULL));
    bankmeta_config_free(&config);
    test_answers(client);
    test_failures_of_the_service(client);
    test_a_verification_can_be_used_again(client);
    test_threads_share_a_client(client);
    test_answer_and_error_outlive_the_client(client);
    return report();
}
