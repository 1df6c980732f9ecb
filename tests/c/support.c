#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned checks_passed, checks_failed;

void check(int good, const char *text, const char *file, int line)
{
    if (good) {
        ++checks_passed;
    } else {
        ++checks_failed;
        fprintf(stderr, "%s:%d: failed: %s\n", file, line, text);
    }
}

void check_status(bankmeta_status expected, bankmeta_status got, const char *text,
                  const char *file, int line)
{
    check(expected == got, text, file, line);
    if (expected != got)
        fprintf(stderr, "    returned %s\n", bankmeta_status_name(got));
}

void check_text(const char *expected, const char *got, const char *text, const char *file,
                int line)
{
    int both = expected != NULL && got != NULL;
    check(both ? strcmp(expected, got) == 0 : expected == got, text, file, line);
}

int report(void)
{
    printf("%u checks passed, %u failed\n", checks_passed, checks_failed);
    return checks_failed == 0 && checks_passed > 0 ? 0 : 1;
}

bankmeta_config *sandbox_config(void)
{
    bankmeta_config *config = bankmeta_config_new();
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "credentials", "environment", NULL));
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_config_set(config, "endpoint", getenv("BANKMETA_ENDPOINT"), NULL));
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_config_set(config, "ca_file", getenv("BANKMETA_CA_FILE"), NULL));
    return config;
}

bankmeta_client *sandbox_client(void)
{
    bankmeta_config *config = sandbox_config();
    bankmeta_client *client = NULL;
    CHECK_STATUS(BANKMETA_OK, bankmeta_client_new(config, &client, NULL));
    bankmeta_config_free(&config);
    return client;
}
