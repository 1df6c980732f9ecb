// Verifies cards from standard input: card_number TAB name [TAB id_number [TAB mobile]], one
// a line (arguments would show in `ps`). The access key comes from the environment variables
// ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET. BANKMETA_ENDPOINT and
// BANKMETA_CA_FILE, if set, lead to a sandbox instead of the service.
#include <bankmeta.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

static std::vector<std::string> split(const std::string &line) {
    std::vector<std::string> fields;
    std::string::size_type start = 0;
    for (;;) {
        const std::string::size_type tab = line.find('\t', start);
        fields.push_back(line.substr(start, tab - start));
        if (tab == std::string::npos) {
            return fields;
        }
        start = tab + 1;
    }
}

static bankmeta::Verification verification_of(const std::vector<std::string> &fields) {
    static const char *const keys[] = {"card_number", "name", "id_number", "mobile"};
    bankmeta::Verification verification;
    for (std::size_t index = 0; index < fields.size() && index < 4; ++index) {
        verification.set(keys[index], fields[index]);
    }
    return verification;
}

static bankmeta::Config config() {
    bankmeta::Config config;
    config.set("credentials", "environment");
    if (const char *endpoint = std::getenv("BANKMETA_ENDPOINT")) {
        config.set("endpoint", endpoint);
    }
    if (const char *ca_file = std::getenv("BANKMETA_CA_FILE")) {
        config.set("ca_file", ca_file);
    }
    return config;
}

static int verify_all() {
    const bankmeta::Client client(config());
    int failures = 0;
    for (std::string line; std::getline(std::cin, line);) {
        try {
            const bankmeta::Answer answer = client.verify(verification_of(split(line)));
            std::cout << bankmeta::name(answer.verdict()) << "  sub code " << answer.sub_code()
                      << " (" << answer.sub_code_meaning() << ")  billed "
                      << bankmeta::name(answer.billed()) << "  request id "
                      << answer.request_id() << std::endl;
        } catch (const bankmeta::Error &error) {
            std::cout << "error  " << error.what() << std::endl;
            ++failures;
        }
    }
    return failures == 0 ? 0 : 1;
}

int main() {
    try {
        return verify_all();
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
