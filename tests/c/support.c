#include "support.h"

#include <stdio.h>
#include <stdlib.h>

void check_status(bankmeta_status expected, bankmeta_status got, const char *text,
                  const char *file, int line)
{
    check(expected == got, text, file, line);
    if (expected != got)
        fprintf(stderr, "    returned %s\n", bankmeta_status_name(got));
}

bankmeta_config *sandbox_config(void)
{
    bankmeta_config *config = bankmeta_config_new();
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "credentials", "environment", NULL));
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_config_set(config, "endpoint", getenv("BANKMETA_ENDPOINT"), NULL));
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_config_set(config, "ca_file", getenv("BANKMETA_CA_FILE"), NULL));
    /* These tests make many calls; what the quota does is shown elsewhere. */
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "quota", "off", NULL));
    /* So long that only a test that hangs meets them: valgrind is slow, a machine may be busy. */
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "timeout", "300", NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "connect_timeout", "300", NULL));
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

bankmeta_verification *person(const char *card_number)
{
    bankmeta_verification *verification = bankmeta_verification_new();
    CHECK_STATUS(BANKMETA_OK, bankmeta_verification_set(verification, "card_number", card_number,
                                                        BANKMETA_NUL, NULL));
    CHECK_STATUS(BANKMETA_OK,
                 bankmeta_verification_set(verification, "name", NAME, BANKMETA_NUL, NULL));
    return verification;
}
