/* One program with two static Rust libraries: both work, panics of the other one included. */
#include <bankmeta.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int32_t other_count(uint32_t length);

static int verify(void)
{
    bankmeta_config *config = bankmeta_config_new();
    bankmeta_client *client = NULL;
    bankmeta_answer *answer = NULL;
    bankmeta_error *error = NULL;
    int matched;

    bankmeta_config_set(config, "credentials", "environment", NULL);
    bankmeta_config_set(config, "endpoint", getenv("BANKMETA_ENDPOINT"), NULL);
    bankmeta_config_set(config, "ca_file", getenv("BANKMETA_CA_FILE"), NULL);
    matched = bankmeta_client_new(config, &client, &error) == BANKMETA_OK
              && bankmeta_verify(client, "6222021234567890128", "张三", NULL, NULL, &answer, &error)
                     == BANKMETA_OK
              && bankmeta_answer_verdict(answer) == BANKMETA_VERDICT_MATCH;
    if (error != NULL)
        fprintf(stderr, "%s\n", bankmeta_error_message(error));
    bankmeta_error_free(&error);
    bankmeta_answer_free(&answer);
    bankmeta_client_free(&client);
    bankmeta_config_free(&config);
    return matched;
}

int main(void)
{
    if (!verify() || other_count(100) != 7 || other_count(1000) != -1 || !verify())
        return 1;
    return strcmp(bankmeta_version(), BANKMETA_VERSION) == 0 ? 0 : 1;
}
