/*
 * A libcurl loop that sends a fixed request over a kept-alive connection; prints
 * the same line of JSON as the other loops.
 */
#define _POSIX_C_SOURCE 200809L

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "measure.h"

static const char body[] =
    "BankCard=6222021234567890123&IdentifyNum=11010519491231002X&Mobile=13800138000"
    "&ParamType=normal&ProductCode=BANK_CARD_N_META&ProductType=BANK_CARD_4_META"
    "&UserName=%E5%BC%A0%E4%B8%89&VerifyMode=VERIFY_BANK_CARD";

static const char *const headers[] = {
    "x-acs-action: BankMetaVerifyIntl",
    "x-acs-version: 2022-08-09",
    "x-acs-date: 2026-01-01T00:00:00Z",
    "x-acs-signature-nonce: 0123456789abcdef0123456789abcdef",
    "x-acs-content-sha256: 4b669bbfe0c94e9fd6bbd4b64eec3d46df5893e40db07f8b3ac36d1cef55ac43",
    "Authorization: ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=content-type;host;"
    "x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
    "Signature=26d92b65a4695a2a00a8d3dba321b699c8e7e28a97dd15e355b8b0999f8f3b3a",
};

static size_t keep(char *data, size_t size, size_t count, void *length)
{
    (void)data;
    *(size_t *)length += size * count;
    return size * count;
}

static int call(void *context)
{
    CURL *curl = context;
    size_t length = 0;
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &length);
    return curl_easy_perform(curl) == CURLE_OK && length > 0 ? 0 : 1;
}

int main(void)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; ++i)
        list = curl_slist_append(list, headers[i]);
    curl_easy_setopt(curl, CURLOPT_URL, getenv("BANKMETA_ENDPOINT"));
    curl_easy_setopt(curl, CURLOPT_CAINFO, getenv("BANKMETA_CA_FILE"));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    int status = measure(call, curl);
    curl_slist_free_all(list);
    curl_easy_cleanup(curl);
    return status;
}
