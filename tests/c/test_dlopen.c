/*
 * The library is loaded, called and closed in threads that then end: nothing of it may run
 * when a thread dies, unless its code is still there. The path of the library is the argument.
 */
#include <bankmeta.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#define ROUNDS 20

static const char *path;

/* ISO C has no cast from an object to a function: the address is copied. */
static int find(void *library, const char *name, void *function)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void *load_call_close(void *unused)
{
    bankmeta_config *(*config_new)(void);
    bankmeta_status (*config_set)(bankmeta_config *, const char *, const char *, bankmeta_error **);
    void (*config_free)(bankmeta_config **);
    bankmeta_status (*client_new)(const bankmeta_config *, bankmeta_client **, bankmeta_error **);
    void (*client_free)(bankmeta_client **);
    bankmeta_status (*verify)(const bankmeta_client *, const char *, const char *, const char *,
                              const char *, bankmeta_answer **, bankmeta_error **);
    void (*answer_free)(bankmeta_answer **);
    bankmeta_config *config;
    bankmeta_client *client = NULL;
    bankmeta_answer *answer = NULL;
    bankmeta_status status;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return NULL;
    }
    if (!find(library, "bankmeta_config_new", &config_new)
        || !find(library, "bankmeta_config_set", &config_set)
        || !find(library, "bankmeta_config_free", &config_free)
        || !find(library, "bankmeta_client_new", &client_new)
        || !find(library, "bankmeta_client_free", &client_free)
        || !find(library, "bankmeta_verify", &verify)
        || !find(library, "bankmeta_answer_free", &answer_free))
        return NULL;
    config = config_new();
    config_set(config, "credentials", "environment", NULL);
    config_set(config, "endpoint", getenv("BANKMETA_ENDPOINT"), NULL);
    config_set(config, "ca_file", getenv("BANKMETA_CA_FILE"), NULL);
    status = client_new(config, &client, NULL);
    if (status == BANKMETA_OK)
        status = verify(client, CARD, NAME, NULL, NULL, &answer, NULL);
    answer_free(&answer);
    client_free(&client);
    config_free(&config);
    return dlclose(library) == 0 && status == BANKMETA_OK ? unused : NULL;
}

int main(int count, char **arguments)
{
    int sign_of_success = 0;
    path = count > 1 ? arguments[1] : "libbankmeta.so.0";
    for (int round = 0; round < ROUNDS; ++round) {
        pthread_t thread;
        void *result = NULL;
        CHECK(pthread_create(&thread, NULL, load_call_close, &sign_of_success) == 0);
        CHECK(pthread_join(thread, &result) == 0);
        CHECK(result == &sign_of_success);
    }
    return report();
}
