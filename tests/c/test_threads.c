/* Many threads: on one client, and with a client each. */
#include <bankmeta.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "support.h"

#define THREADS 16
#define CALLS_PER_THREAD 4

/* What a thread is given and what it found; nothing else is shared but the client. */
struct worker {
    const bankmeta_client *client;
    unsigned calls, matches, refusals;
};

static void verify_some(const bankmeta_client *client, struct worker *worker)
{
    for (unsigned call = 0; call < CALLS_PER_THREAD; ++call) {
        bankmeta_answer *answer = NULL;
        bankmeta_error *error = NULL;
        /* Every second call fails before it is sent. */
        const char *card_number = call % 2 == 0 ? CARD : "not a card";
        ++worker->calls;
        if (bankmeta_verify(client, card_number, NAME, ID_NUMBER, MOBILE, &answer, &error)
            == BANKMETA_OK)
            worker->matches += bankmeta_answer_verdict(answer) == BANKMETA_VERDICT_MATCH;
        else if (bankmeta_error_status(error) == BANKMETA_INVALID_INPUT)
            ++worker->refusals;
        else
            fprintf(stderr, "thread: %s\n", bankmeta_error_message(error));
        bankmeta_answer_free(&answer);
        bankmeta_error_free(&error);
    }
}

static void *work(void *argument)
{
    struct worker *worker = (struct worker *)argument;
    verify_some(worker->client, worker);
    return NULL;
}

/* A whole life of every handle in a thread of its own. */
static void *work_with_own_client(void *argument)
{
    struct worker *worker = (struct worker *)argument;
    bankmeta_config *config = bankmeta_config_new();
    bankmeta_client *client = NULL;
    if (bankmeta_config_set(config, "credentials", "environment", NULL) == BANKMETA_OK
        && bankmeta_config_set(config, "endpoint", getenv("BANKMETA_ENDPOINT"), NULL) == BANKMETA_OK
        && bankmeta_config_set(config, "ca_file", getenv("BANKMETA_CA_FILE"), NULL) == BANKMETA_OK
        && bankmeta_config_set(config, "timeout", "300", NULL) == BANKMETA_OK
        && bankmeta_config_set(config, "connect_timeout", "300", NULL) == BANKMETA_OK
        && bankmeta_client_new(config, &client, NULL) == BANKMETA_OK)
        verify_some(client, worker);
    bankmeta_config_free(&config);
    bankmeta_client_free(&client);
    return NULL;
}

static void test_sixteen(void *(*start)(void *), const bankmeta_client *client)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    for (int index = 0; index < THREADS; ++index) {
        struct worker fresh = {NULL, 0, 0, 0};
        fresh.client = client;
        workers[index] = fresh;
        CHECK(pthread_create(&threads[index], NULL, start, &workers[index]) == 0);
    }
    for (int index = 0; index < THREADS; ++index) {
        CHECK(pthread_join(threads[index], NULL) == 0);
        CHECK(workers[index].calls == CALLS_PER_THREAD);
        CHECK(workers[index].matches == CALLS_PER_THREAD / 2);
        CHECK(workers[index].refusals == CALLS_PER_THREAD / 2);
    }
}

int main(void)
{
    bankmeta_client *client = sandbox_client();
    test_sixteen(work, client);
    bankmeta_client_free(&client);
    test_sixteen(work_with_own_client, NULL);
    return report();
}
