/* Watching a client and ending its calls: events, numbers, warming up, cancellation. */
#include <bankmeta.h>

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#define WAITING 4

/* What the log callback has heard. */
struct heard {
    pthread_mutex_t lock;
    int attempts, connections, warnings, personal;
};

static void listen(void *context, bankmeta_level level, const char *name, const char *text)
{
    struct heard *heard = context;
    pthread_mutex_lock(&heard->lock);
    heard->attempts += strcmp(name, "attempt") == 0;
    heard->connections += strcmp(name, "connection_opened") == 0;
    heard->warnings += level == BANKMETA_LEVEL_WARN;
    heard->personal += strstr(text, CARD) != NULL || strstr(text, NAME) != NULL;
    pthread_mutex_unlock(&heard->lock);
}

static bankmeta_client *client_of(bankmeta_config *config)
{
    bankmeta_client *client = NULL;
    CHECK_STATUS(BANKMETA_OK, bankmeta_client_new(config, &client, NULL));
    return client;
}

static int64_t number(const bankmeta_stats *stats, const char *name)
{
    int64_t value = -1;
    CHECK_STATUS(BANKMETA_OK, bankmeta_stats_get(stats, name, &value, NULL));
    return value;
}

static int64_t stat_of(const bankmeta_client *client, const char *name)
{
    bankmeta_stats *stats = NULL;
    CHECK_STATUS(BANKMETA_OK, bankmeta_client_stats(client, &stats, NULL));
    int64_t value = number(stats, name);
    bankmeta_stats_free(&stats);
    return value;
}

static void test_events_and_numbers(void)
{
    struct heard heard = {PTHREAD_MUTEX_INITIALIZER, 0, 0, 0, 0};
    bankmeta_config *config = sandbox_config();
    bankmeta_answer *answer = NULL;
    bankmeta_stats *stats = NULL;

    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set_log(config, listen, &heard, NULL));
    bankmeta_client *client = client_of(config);
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set_log(config, NULL, NULL, NULL));
    bankmeta_client *silent = client_of(config);
    bankmeta_config_free(&config);

    CHECK_STATUS(BANKMETA_OK, bankmeta_client_warm_up(client, NULL));
    CHECK(heard.connections == 1 && heard.attempts == 0);
    CHECK_STATUS(BANKMETA_OK, bankmeta_verify(client, CARD, NAME, NULL, NULL, &answer, NULL));
    CHECK(heard.connections == 1 && heard.attempts == 1 && heard.warnings == 0);
    bankmeta_answer_free(&answer);
    CHECK_STATUS(BANKMETA_OK, bankmeta_verify(silent, CARD, NAME, NULL, NULL, &answer, NULL));
    bankmeta_answer_free(&answer);
    CHECK(heard.attempts == 1 && heard.personal == 0);

    CHECK_STATUS(BANKMETA_OK, bankmeta_client_stats(client, &stats, NULL));
    CHECK(number(stats, "attempts_answered") == 1);
    CHECK(number(stats, "billed_yes") == 1);
    CHECK(number(stats, "connections_opened") == 1);
    CHECK(number(stats, "connections_reused") == 1);
    int64_t value = -1;
    CHECK_STATUS(BANKMETA_CONFIGURATION, bankmeta_stats_get(stats, "colour", &value, NULL));
    CHECK(value == 0);
    size_t count = bankmeta_stats_count(stats);
    CHECK(count > 10);
    for (size_t i = 0; i < count; ++i)
        CHECK(bankmeta_stats_value(stats, i) == number(stats, bankmeta_stats_name(stats, i)));
    CHECK(bankmeta_stats_name(stats, count) == NULL && bankmeta_stats_value(stats, count) == 0);
    bankmeta_stats_free(&stats);
    bankmeta_client_free(&silent);
    bankmeta_client_free(&client);
}

/* A callback that uses the client whose event it is told. */
struct nested {
    const bankmeta_client *client;
    int inside, answers;
};

static void asks_again(void *context, bankmeta_level level, const char *name, const char *text)
{
    struct nested *nested = context;
    bankmeta_answer *answer = NULL;
    (void)level;
    (void)name;
    (void)text;
    if (nested->client == NULL || nested->inside != 0)
        return;
    nested->inside = 1;
    CHECK(stat_of(nested->client, "verifications") == 1);
    CHECK_STATUS(BANKMETA_OK, bankmeta_client_warm_up(nested->client, NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_verify(nested->client, CARD, NAME, NULL, NULL, &answer, NULL));
    nested->answers += bankmeta_answer_verdict(answer) == BANKMETA_VERDICT_MATCH;
    bankmeta_answer_free(&answer);
    nested->client = NULL;
    nested->inside = 0;
}

static void test_callback_that_calls(void)
{
    struct nested nested = {NULL, 0, 0};
    bankmeta_config *config = sandbox_config();
    bankmeta_answer *answer = NULL;
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set_log(config, asks_again, &nested, NULL));
    bankmeta_client *client = client_of(config);
    bankmeta_config_free(&config);
    nested.client = client;
    CHECK_STATUS(BANKMETA_OK, bankmeta_verify(client, CARD, NAME, NULL, NULL, &answer, NULL));
    CHECK(nested.answers == 1 && stat_of(client, "answers") == 2);
    bankmeta_answer_free(&answer);
    bankmeta_client_free(&client);
}

static void *verifies(void *client)
{
    bankmeta_answer *answer = NULL;
    bankmeta_error *error = NULL;
    CHECK_STATUS(BANKMETA_CANCELLED, bankmeta_verify(client, CARD, NAME, NULL, NULL, &answer, &error));
    CHECK(answer == NULL && bankmeta_error_fate(error) == BANKMETA_FATE_NOT_SENT);
    CHECK(bankmeta_error_billed(error) == BANKMETA_BILLED_NO);
    bankmeta_error_free(&error);
    return NULL;
}

/* Calls that wait for their turn under a quota that has none for a while. */
static void test_cancellation(void)
{
    bankmeta_config *config = sandbox_config();
    bankmeta_answer *answer = NULL;
    pthread_t threads[WAITING];

    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "quota", "0.1", NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "timeout", "600", NULL));
    bankmeta_client *client = client_of(config);
    bankmeta_config_free(&config);
    bankmeta_client_cancel(client);
    CHECK_STATUS(BANKMETA_OK, bankmeta_verify(client, CARD, NAME, NULL, NULL, &answer, NULL));
    bankmeta_answer_free(&answer);

    for (int i = 0; i < WAITING; ++i)
        CHECK(pthread_create(&threads[i], NULL, verifies, client) == 0);
    while (stat_of(client, "verifications") < 1 + WAITING)
        sched_yield();
    bankmeta_client_cancel(client);
    for (int i = 0; i < WAITING; ++i)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(stat_of(client, "cancelled") == WAITING);
    bankmeta_client_cancel(NULL);
    bankmeta_client_free(&client);
}

int main(void)
{
    CHECK_TEXT("warn", bankmeta_level_name(BANKMETA_LEVEL_WARN));
    CHECK_TEXT("unknown", bankmeta_level_name(-1));
    test_events_and_numbers();
    test_callback_that_calls();
    test_cancellation();
    return report();
}
