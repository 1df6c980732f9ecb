/* The C face: verify in a loop over one client. */
#define _POSIX_C_SOURCE 200809L

#include <bankmeta.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "measure.h"

static int call(void *context)
{
    bankmeta_answer *answer = NULL;
    bankmeta_status status = bankmeta_verify(context, "6222021234567890128", "\xe5\xbc\xa0\xe4\xb8\x89",
                                             "11010519491231002X", "13800138000", &answer, NULL);
    int good = status == BANKMETA_OK && bankmeta_answer_verdict(answer) == BANKMETA_VERDICT_MATCH;
    bankmeta_answer_free(&answer);
    return good ? 0 : 1;
}

int main(void)
{
    bankmeta_config *config = bankmeta_config_new();
    bankmeta_client *client = NULL;
    bankmeta_status status = BANKMETA_OK;
    const char *const options[][2] = {
        {"access_key_id", "testid"},
        {"access_key_secret", "testsecret"},
        {"endpoint", getenv("BANKMETA_ENDPOINT")},
        {"ca_file", getenv("BANKMETA_CA_FILE")},
        {"quota", "off"},
    };
    for (size_t i = 0; status == BANKMETA_OK && i < sizeof options / sizeof *options; ++i)
        status = bankmeta_config_set(config, options[i][0], options[i][1], NULL);
    if (status == BANKMETA_OK)
        status = bankmeta_client_new(config, &client, NULL);
    bankmeta_config_free(&config);
    int result = status == BANKMETA_OK ? measure(call, client) : 1;
    bankmeta_client_free(&client);
    return result;
}
