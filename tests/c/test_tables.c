/*
 * What can be read back: options, tables, warnings, versions, a probe. Needs the sandbox's
 * variables for the probe.
 */
#include <bankmeta.h>

#include <stdint.h>
#include <string.h>

#include "support.h"

static void test_options_read_back(void)
{
    bankmeta_config *config = bankmeta_config_new();
    const char *value = (const char *)GARBAGE;
    size_t count = bankmeta_option_count();

    CHECK(count > 10);
    for (size_t index = 0; index < count; ++index) {
        const char *key = bankmeta_option_key(index);
        CHECK_STATUS(BANKMETA_OK, bankmeta_config_get(config, key, &value, NULL));
        CHECK_TEXT(bankmeta_option_default(index), value);
        CHECK(bankmeta_option_value(index)[0] != '\0' && bankmeta_option_meaning(index)[0] != '\0');
        CHECK(bankmeta_option_is_secret(index)
              == (strcmp(key, "access_key_secret") == 0 || strcmp(key, "security_token") == 0));
    }
    CHECK(bankmeta_option_key(count) == NULL && bankmeta_option_value(count) == NULL);
    CHECK(bankmeta_option_default(count) == NULL && bankmeta_option_meaning(count) == NULL);
    CHECK(bankmeta_option_is_secret(count) == 0);

    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "timeout", "2.50", NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_get(config, "timeout", &value, NULL));
    CHECK_TEXT("2.5", value);
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_set(config, "access_key_secret", "secret", NULL));
    CHECK_STATUS(BANKMETA_OK, bankmeta_config_get(config, "access_key_secret", &value, NULL));
    CHECK_TEXT("", value);
    CHECK_STATUS(BANKMETA_CONFIGURATION, bankmeta_config_get(config, "tiemout", &value, NULL));
    CHECK(value == NULL);
    CHECK_STATUS(BANKMETA_NULL_POINTER, bankmeta_config_get(NULL, "timeout", &value, NULL));
    CHECK_STATUS(BANKMETA_NULL_POINTER, bankmeta_config_get(config, NULL, &value, NULL));
    CHECK_STATUS(BANKMETA_NULL_POINTER, bankmeta_config_get(config, "timeout", NULL, NULL));
    bankmeta_config_free(&config);
}

static void test_tables(void)
{
    size_t count = bankmeta_verification_key_count();
    CHECK_TEXT("card_number", bankmeta_verification_key(0));
    CHECK(strstr(bankmeta_verification_key_meaning(0), "digits") != NULL);
    CHECK(bankmeta_verification_key(count) == NULL);
    CHECK(bankmeta_verification_key_meaning(count) == NULL);

    count = bankmeta_sub_code_count();
    for (size_t index = 0; index < count; ++index) {
        const char *code = bankmeta_sub_code(index);
        CHECK(strlen(code) == 3 && bankmeta_sub_code_name(code) != NULL);
        CHECK(bankmeta_sub_code_meaning(code) != NULL);
    }
    CHECK_TEXT("passed", bankmeta_sub_code_name("101"));
    CHECK_TEXT("the card has expired", bankmeta_sub_code_meaning("203"));
    CHECK(bankmeta_sub_code(count) == NULL && bankmeta_sub_code_name("999") == NULL);
    CHECK(bankmeta_sub_code_meaning(NULL) == NULL && bankmeta_sub_code_name("\xff") == NULL);

    CHECK_TEXT("Correct the input.", bankmeta_status_remedy(BANKMETA_INVALID_INPUT));
    CHECK_TEXT("Correct the call.", bankmeta_status_remedy(BANKMETA_NULL_POINTER));
    CHECK_TEXT("A text is not valid UTF-8.", bankmeta_status_meaning(BANKMETA_INVALID_UTF8));
    CHECK_TEXT("The deadline passed.", bankmeta_status_meaning(BANKMETA_TIMEOUT));
    CHECK(bankmeta_status_remedy(-7) == NULL && bankmeta_status_meaning(-7) == NULL);
    CHECK_TEXT("the factors belong to one person", bankmeta_verdict_meaning(BANKMETA_VERDICT_MATCH));
    CHECK_TEXT("it is not billed", bankmeta_billed_meaning(BANKMETA_BILLED_NO));
    /* A number of a later version gets the cautious meaning. */
    CHECK(strstr(bankmeta_fate_meaning(99), "may have been executed") != NULL);
    CHECK(strstr(bankmeta_billed_meaning(99), "cannot be known") != NULL);
    CHECK_TEXT("receive", bankmeta_phase_name(BANKMETA_PHASE_RECEIVE));
    CHECK_TEXT("unknown", bankmeta_phase_name(BANKMETA_PHASE_UNKNOWN));
    CHECK(bankmeta_warning_meaning(BANKMETA_WARNING_NONE) == NULL);
    CHECK(bankmeta_attempt_fate(NULL) == BANKMETA_FATE_UNKNOWN);
    CHECK(bankmeta_attempt_billed(NULL) == BANKMETA_BILLED_MAYBE);
    CHECK(bankmeta_attempt_phase(NULL) == BANKMETA_PHASE_UNKNOWN);
    CHECK(bankmeta_attempt_request_id(NULL) == NULL);
}

static void test_checks_and_warnings(void)
{
    bankmeta_verification *good = person(CARD), *odd = person("6222021234567890123");
    bankmeta_verification *wrong = person("1");
    bankmeta_error *error = NULL;

    CHECK_STATUS(BANKMETA_OK, bankmeta_verification_check(good, NULL));
    CHECK(bankmeta_verification_warning_count(good) == 0);
    CHECK_STATUS(BANKMETA_OK, bankmeta_verification_check(odd, NULL));
    CHECK(bankmeta_verification_warning_count(odd) == 1);
    CHECK(bankmeta_verification_warning(odd, 0) == BANKMETA_WARNING_CARD_NUMBER_LUHN);
    CHECK(bankmeta_verification_warning(odd, 1) == BANKMETA_WARNING_NONE);
    CHECK(strstr(bankmeta_warning_meaning(bankmeta_verification_warning(odd, 0)), "Luhn") != NULL);
    CHECK_STATUS(BANKMETA_INVALID_INPUT, bankmeta_verification_check(wrong, &error));
    CHECK_TEXT("card_number", bankmeta_error_field(error));
    CHECK(bankmeta_verification_warning_count(wrong) == 0);
    CHECK_STATUS(BANKMETA_NULL_POINTER, bankmeta_verification_check(NULL, NULL));
    CHECK(bankmeta_verification_warning_count(NULL) == 0);

    bankmeta_error_free(&error);
    bankmeta_verification_free(&wrong);
    bankmeta_verification_free(&odd);
    bankmeta_verification_free(&good);
}

static void test_versions(void)
{
    CHECK(BANKMETA_CHECK_VERSION() == 1);
    CHECK(bankmeta_version_number() == BANKMETA_VERSION_NUMBER);
    CHECK(BANKMETA_VERSION_NUMBER
          == 1000000 * BANKMETA_VERSION_MAJOR + 1000 * BANKMETA_VERSION_MINOR + BANKMETA_VERSION_PATCH);
    CHECK(bankmeta_version_fits(BANKMETA_ABI_VERSION + 1, BANKMETA_VERSION_NUMBER) == 0);
    CHECK(bankmeta_version_fits(BANKMETA_ABI_VERSION, BANKMETA_VERSION_NUMBER + 1) == 0);
}

static void test_probe(void)
{
    bankmeta_client *client = sandbox_client();
    bankmeta_probe *probe = (bankmeta_probe *)GARBAGE;
    bankmeta_error *error = NULL;
    const bankmeta_attempt *attempt;

    CHECK_STATUS(BANKMETA_OK, bankmeta_client_probe(client, &probe, &error));
    attempt = bankmeta_probe_attempt(probe);
    CHECK(bankmeta_attempt_fate(attempt) == BANKMETA_FATE_REJECTED);
    CHECK(bankmeta_attempt_billed(attempt) == BANKMETA_BILLED_NO);
    CHECK(bankmeta_attempt_duration_microseconds(attempt) > 0);
    CHECK(bankmeta_probe_has_clock_offset(probe) == 1);
    CHECK(bankmeta_probe_clock_offset_seconds(probe) < 3600);
    CHECK_STATUS(BANKMETA_NULL_POINTER, bankmeta_client_probe(NULL, NULL, NULL));
    CHECK(bankmeta_probe_attempt(NULL) == NULL && bankmeta_probe_has_clock_offset(NULL) == 0);
    CHECK(bankmeta_probe_clock_offset_seconds(NULL) == 0);
    bankmeta_probe_free(&probe);
    bankmeta_probe_free(&probe);
    CHECK(probe == NULL);
    bankmeta_error_free(&error);
    bankmeta_client_free(&client);
}

int main(void)
{
    test_options_read_back();
    test_tables();
    test_checks_and_warnings();
    test_versions();
    test_probe();
    return report();
}
