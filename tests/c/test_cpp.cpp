// The C++ face: ownership, exceptions, texts. Needs the sandbox's variables, as test_api.c.
#include <bankmeta.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <type_traits>
#include <utility>

#define CARD "6222021234567890128"
#define NAME "\xe5\xbc\xa0\xe4\xb8\x89"

static int failures = 0;

static void check(bool good, const char *text, int line) {
    if (!good) {
        ++failures;
        std::cerr << "test_cpp.cpp:" << line << ": failed: " << text << '\n';
    }
}
#define CHECK(condition) check((condition), #condition, __LINE__)

template <class T> struct OnlyMoves {
    static const bool value = std::is_nothrow_move_constructible<T>::value
                              && std::is_nothrow_move_assignable<T>::value
                              && !std::is_copy_constructible<T>::value
                              && !std::is_copy_assignable<T>::value;
};
static_assert(OnlyMoves<bankmeta::Client>::value, "a client owns its handle");
static_assert(OnlyMoves<bankmeta::Config>::value, "a config owns its handle");
static_assert(OnlyMoves<bankmeta::Verification>::value, "a verification owns its handle");
static_assert(OnlyMoves<bankmeta::Answer>::value, "an answer owns its handle");
static_assert(std::is_nothrow_copy_constructible<bankmeta::Error>::value, "as throw needs it");
static_assert(std::is_base_of<std::runtime_error, bankmeta::Error>::value, "documented");

static bankmeta::Client sandbox_client() {
    return bankmeta::Client(bankmeta::Config()
                                .set("credentials", "environment")
                                .set("endpoint", std::getenv("BANKMETA_ENDPOINT"))
                                .set("ca_file", std::getenv("BANKMETA_CA_FILE")));
}

// The error that a call throws.
template <class Call> static bankmeta::Error error_of(Call call) {
    try {
        call();
    } catch (const bankmeta::Error &error) {
        return error;
    }
    CHECK(!"the call should have thrown");
    return bankmeta::Result<std::string>(std::string()).error();
}

static void test_answers() {
    bankmeta::Client first = sandbox_client();
    const bankmeta::Client client = std::move(first);
    bankmeta::Answer answer = client.verify(CARD, NAME);
    CHECK(answer.verdict() == bankmeta::Verdict::match);
    answer = client.verify(CARD, NAME, "11010519491231002X");
    CHECK(answer.billed() == bankmeta::Billed::yes);
    answer = client.verify(CARD, NAME, "11010519491231002X", "13800138000");
    CHECK(answer.biz_code() == "1" && answer.sub_code() == "101");
    CHECK(answer.sub_code_name() == "passed" && answer.sub_code_meaning() == "verification passed");
    CHECK(!answer.request_id().empty() && answer.attempt_count() == 1);
    // An unknown sub code has no name.
    CHECK(client.verify("6299004000200000006", NAME).sub_code_name().empty());
}

static void test_errors() {
    const bankmeta::Client client = sandbox_client();
    const bankmeta::Error error = error_of([&] { client.verify("6299002002600000000", NAME); });
    CHECK(error.status() == BANKMETA_SERVICE_FAILURE);
    CHECK(error.service_code() == "InternalError" && error.http_status() == 500);
    CHECK(error.fate() == bankmeta::Fate::unknown && error.billed() == bankmeta::Billed::maybe);
    CHECK(!error.request_id().empty() && error.field().empty() && error.attempt_count() == 1);
    CHECK(std::string(error.what()).find("may have been executed") != std::string::npos);

    // An empty factor is a mistake, not a missing one; a NUL does not cut a text short.
    CHECK(error_of([&] { client.verify(CARD, NAME, ""); }).field() == "id_number");
    const std::string with_nul(CARD "\0junk", sizeof CARD + 4);
    CHECK(error_of([&] { client.verify(with_nul, NAME); }).field() == "card_number");
    CHECK(error_of([&] { client.verify(CARD, "\xff"); }).status() == BANKMETA_INVALID_UTF8);
#if __cplusplus >= 201703L
    CHECK(error_of([&] { client.verify(CARD, std::string_view()); }).field() == "name");
    CHECK(client.verify(std::string_view(CARD "9").substr(0, 19), NAME).sub_code() == "101");
#endif
    CHECK(error_of([] { bankmeta::Config().set("tiemout", "1"); }).status() == BANKMETA_CONFIGURATION);
    CHECK(error_of([] { bankmeta::Config().set("region", nullptr); }).status()
          == BANKMETA_NULL_POINTER);
    CHECK(error_of([] { bankmeta::Client{bankmeta::Config()}; }).status() == BANKMETA_CREDENTIALS);
}

static void test_moved_from_objects_are_refused_not_dereferenced() {
    bankmeta::Client client = sandbox_client();
    const bankmeta::Client other = std::move(client);
    CHECK(error_of([&] { client.verify(CARD, NAME); }).status() == BANKMETA_NULL_POINTER);
    bankmeta::Answer answer = other.verify(CARD, NAME);
    const bankmeta::Answer taken = std::move(answer);
    CHECK(answer.billed() == bankmeta::Billed::maybe && answer.sub_code().empty());
    CHECK(taken.sub_code() == "101");
}

int main() {
    try {
        test_answers();
        test_errors();
        test_moved_from_objects_are_refused_not_dereferenced();
    } catch (const std::exception &error) {
        std::cerr << "test_cpp.cpp: " << error.what() << '\n';
        ++failures;
    }
    std::cout << failures << " failed\n";
    return failures == 0 ? 0 : 1;
}
