/*
 * What is `const T *` may be used by many threads at once: eight use one config, one
 * verification, one error and one answer. No lock of the library is taken for that, so
 * helgrind, which cannot see Rust's locks, sees all there is to see here.
 */
#include <bankmeta.h>

#include <pthread.h>
#include <string.h>

#include "support.h"

#define THREADS 8

static bankmeta_config *config;
static bankmeta_verification *verification;
static bankmeta_answer *answer;
static bankmeta_error *error;

/* What a thread saw; its own until it is joined. */
struct seen {
    int answer_is_right, error_is_right, client_was_made, verification_was_refused;
};

static int answer_is_right(void)
{
    return bankmeta_answer_verdict(answer) == BANKMETA_VERDICT_MATCH
           && bankmeta_answer_billed(answer) == BANKMETA_BILLED_YES
           && bankmeta_answer_attempt_count(answer) == 1
           && strcmp(bankmeta_answer_biz_code(answer), "1") == 0
           && strcmp(bankmeta_answer_sub_code(answer), "101") == 0
           && strcmp(bankmeta_answer_sub_code_name(answer), "passed") == 0
           && strlen(bankmeta_answer_sub_code_meaning(answer)) > 0
           && strlen(bankmeta_answer_request_id(answer)) > 0;
}

static int error_is_right(void)
{
    return bankmeta_error_status(error) == BANKMETA_INVALID_INPUT
           && bankmeta_error_fate(error) == BANKMETA_FATE_NOT_SENT
           && bankmeta_error_billed(error) == BANKMETA_BILLED_NO
           && bankmeta_error_attempt_count(error) == 0 && bankmeta_error_http_status(error) == 0
           && strcmp(bankmeta_error_field(error), "card_number") == 0
           && strlen(bankmeta_error_message(error)) > 0
           && bankmeta_error_service_code(error) == NULL
           && bankmeta_error_request_id(error) == NULL;
}

static void *use_them(void *argument)
{
    struct seen *seen = (struct seen *)argument;
    bankmeta_client *client = NULL;
    bankmeta_answer *none = NULL;
    seen->answer_is_right = answer_is_right();
    seen->error_is_right = error_is_right();
    seen->client_was_made = bankmeta_client_new(config, &client, NULL) == BANKMETA_OK;
    seen->verification_was_refused = bankmeta_client_verify(client, verification, &none, NULL)
                                     == BANKMETA_INVALID_INPUT;
    bankmeta_client_free(&client);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    struct seen seen[THREADS];
    bankmeta_client *client = sandbox_client();
    bankmeta_answer *none = NULL;
    config = sandbox_config();
    verification = bankmeta_verification_new();
    CHECK_STATUS(BANKMETA_OK, bankmeta_verification_set(verification, "card_number", "1",
                                                        BANKMETA_NUL, NULL));
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_verification_set(verification, "name", NAME, BANKMETA_NUL, NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_verify(client, CARD, NAME, NULL, NULL, &answer, NULL));
    CHECK_STATUS(BANKMETA_INVALID_INPUT,
                 bankmeta_client_verify(client, verification, &none, &error));
    bankmeta_client_free(&client);

    for (int index = 0; index < THREADS; ++index)
        CHECK(pthread_create(&threads[index], NULL, use_them, &seen[index]) == 0);
    for (int index = 0; index < THREADS; ++index) {
        CHECK(pthread_join(threads[index], NULL) == 0);
        CHECK(seen[index].answer_is_right && seen[index].error_is_right);
        CHECK(seen[index].client_was_made && seen[index].verification_was_refused);
    }
    bankmeta_answer_free(&answer);
    bankmeta_error_free(&error);
    bankmeta_verification_free(&verification);
    bankmeta_config_free(&config);
    return report();
}
