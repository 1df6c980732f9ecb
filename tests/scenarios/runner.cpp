// Runs scenarios for the driver: one line of percent-encoded `config.<key>` and
// `verification.<key>` fields in, one line of results out.
#include <bankmeta.hpp>

#include <iostream>
#include <sstream>
#include <string>

static std::string decode(const std::string &text) {
    std::string plain;
    for (std::string::size_type at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 2 < text.size()) {
            plain += static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16));
            at += 2;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

static bankmeta::Answer run(const std::string &line) {
    bankmeta::Config config;
    bankmeta::Verification verification;
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, '\t');) {
        const std::string::size_type dot = field.find('.');
        const std::string::size_type equals = field.find('=');
        if (dot == std::string::npos || equals == std::string::npos) {
            continue;
        }
        const std::string key = field.substr(dot + 1, equals - dot - 1);
        const std::string value = decode(field.substr(equals + 1));
        if (field.compare(0, dot, "config") == 0) {
            config.set(key.c_str(), value.c_str());
        } else {
            verification.set(key.c_str(), value);
        }
    }
    return bankmeta::Client(config).verify(verification);
}

static void print(const bankmeta::Answer &answer) {
    std::cout << "verdict=" << bankmeta::name(answer.verdict())
              << "\tbiz_code=" << answer.biz_code() << "\tsub_code=" << answer.sub_code()
              << "\terror=\tfield=\tservice_code=\thttp_status=\tfate=answered\tbilled="
              << bankmeta::name(answer.billed()) << "\tattempts=" << answer.attempt_count()
              << std::endl;
}

static void print(const bankmeta::Error &error) {
    std::cout << "verdict=\tbiz_code=\tsub_code=\terror=" << error.status_name()
              << "\tfield=" << error.field() << "\tservice_code=" << error.service_code()
              << "\thttp_status="
              << (error.http_status() == 0 ? "" : std::to_string(error.http_status()))
              << "\tfate=" << bankmeta::name(error.fate())
              << "\tbilled=" << bankmeta::name(error.billed())
              << "\tattempts=" << error.attempt_count() << std::endl;
}

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        try {
            print(run(line));
        } catch (const bankmeta::Error &error) {
            print(error);
        }
    }
    return 0;
}
