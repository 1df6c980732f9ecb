// The rest of the C++ face: results, attempts, texts, sign and decode, options. Needs the
// sandbox's variables, as test_api.c. Also built without exceptions and RTTI, where the calls that
// throw must be absent.
#include <bankmeta.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <utility>

#define CARD "6222021234567890128"
#define NAME "\xe5\xbc\xa0\xe4\xb8\x89"

static int failures = 0;

static void check(bool good, const char *text, int line) {
    if (!good) {
        ++failures;
        std::fprintf(stderr, "test_cpp_surface.cpp:%d: failed: %s\n", line, text);
    }
}
#define CHECK(condition) check((condition), #condition, __LINE__)

template <class T> struct OnlyMoves {
    static const bool value = std::is_nothrow_move_constructible<T>::value
                              && std::is_nothrow_move_assignable<T>::value
                              && !std::is_copy_constructible<T>::value;
};
static_assert(OnlyMoves<bankmeta::Request>::value, "a request owns its handle");
static_assert(OnlyMoves<bankmeta::Probe>::value, "a probe owns its handle");
static_assert(!std::is_copy_constructible<bankmeta::Result<bankmeta::Answer>>::value, "as its value");

// Whether a config has the call that throws.
template <class T> static auto has_throwing_set(int) -> decltype(std::declval<T>().set("", ""), true) {
    return true;
}
template <class T> static bool has_throwing_set(long) { return false; }

static bankmeta::Config sandbox_config() {
    bankmeta::Config config;
    CHECK(config.try_set("credentials", "environment").ok());
    CHECK(config.try_set("endpoint", std::getenv("BANKMETA_ENDPOINT")).ok());
    CHECK(config.try_set("ca_file", std::getenv("BANKMETA_CA_FILE")).ok());
    return config;
}

static void test_results() {
    bankmeta::Result<bankmeta::Client> made = bankmeta::Client::make(sandbox_config());
    CHECK(made.ok() && made.status() == BANKMETA_OK && made.error().status() == BANKMETA_OK);
    const bankmeta::Client client = std::move(made).value();

    const bankmeta::Result<bankmeta::Answer> answered = client.try_verify(CARD, NAME);
    CHECK(answered && answered.value().verdict() == bankmeta::Verdict::match);
    const std::vector<bankmeta::Attempt> attempts = answered.value().attempts();
    CHECK(attempts.size() == 1 && attempts[0].fate == bankmeta::Fate::answered);
    CHECK(attempts[0].billed == bankmeta::Billed::yes && attempts[0].http_status == 200);
    CHECK(attempts[0].phase == bankmeta::Phase::done && attempts[0].duration.count() > 0);
    CHECK(attempts[0].request_id == answered.value().request_id());
    CHECK(attempts[0].service_code.empty() && !attempts[0].resend);

    // A failure has no value; what stands there gives cautious answers.
    const bankmeta::Result<bankmeta::Answer> failed = client.try_verify("6299002002600000000", NAME);
    CHECK(!failed && failed.status() == BANKMETA_SERVICE_FAILURE);
    CHECK(failed.value().billed() == bankmeta::Billed::maybe && failed.value().attempts().empty());
    const bankmeta::Error error = failed.error();
    CHECK(error.billed() == bankmeta::Billed::maybe && error.attempts().size() == 1);
    CHECK(error.attempts().at(0).service_code == "InternalError");
    CHECK(std::string(error.what()).find("may have been executed") != std::string::npos);
    CHECK(std::string(error.status_name()) == "service_failure");

    const bankmeta::Result<bankmeta::Client> none = bankmeta::Client::make(bankmeta::Config());
    CHECK(none.status() == BANKMETA_CREDENTIALS);
    CHECK(none.value().try_verify(CARD, NAME).status() == BANKMETA_NULL_POINTER);

    const bankmeta::Result<bankmeta::Probe> probe = client.try_probe();
    CHECK(probe && probe.value().attempt().fate == bankmeta::Fate::rejected);
    CHECK(probe.value().has_clock_offset() && probe.value().clock_offset().count() < 3600);
}

static void test_texts() {
    const bankmeta::Result<bankmeta::Client> made = bankmeta::Client::make(sandbox_config());
    const bankmeta::Client &client = made.value();
    const std::string id = "11010519491231002X", with_nul(CARD "\0junk", sizeof CARD + 4);
    const char *absent = nullptr;

    CHECK(client.try_verify(CARD, NAME, id, "13800138000").ok());
    CHECK(client.try_verify(CARD, NAME, absent, absent).ok());
    CHECK(client.try_verify(CARD, NAME, nullptr).ok());
    CHECK(client.try_verify(CARD, absent).status() == BANKMETA_NULL_POINTER);
    CHECK(client.try_verify(CARD, NAME, "").error().field() == "id_number");
    CHECK(client.try_verify(with_nul, NAME).error().field() == "card_number");
#if __cplusplus >= 201703L
    const std::optional<std::string> nothing, something = id;
    CHECK(client.try_verify(CARD, NAME, something, nothing).ok());
    CHECK(client.try_verify(CARD, NAME, std::nullopt).ok());
    CHECK(client.try_verify(std::string_view(CARD "9").substr(0, 19), NAME, std::string_view(id)).ok());
    CHECK(client.try_verify(CARD, std::string_view()).error().field() == "name");
    CHECK(client.try_verify(CARD, NAME, std::string_view()).error().field() == "id_number");
#endif
}

static void test_options_and_warnings() {
    bankmeta::Config config;
    CHECK(config.try_set("timeout", "2.5").ok() && config.try_get("timeout").value() == "2.5");
    CHECK(config.try_set("access_key_secret", "secret").ok());
    CHECK(config.try_get("access_key_secret").ok() && config.try_get("access_key_secret").value().empty());
    CHECK(config.try_get("tiemout").status() == BANKMETA_CONFIGURATION);
    CHECK(bankmeta::version_fits());

    bankmeta::Verification verification;
    CHECK(verification.try_check().error().field() == "card_number");
    CHECK(verification.warnings().empty());
    CHECK(verification.try_set("card_number", "6222021234567890123").ok());
    CHECK(verification.try_set("name", NAME).ok() && verification.try_check().ok());
    const std::vector<bankmeta::Warning> warnings = verification.warnings();
    CHECK(warnings.size() == 1 && warnings[0] == bankmeta::Warning::card_number_luhn);
    CHECK(std::string(bankmeta::meaning(warnings[0])).find("Luhn") != std::string::npos);
    CHECK(std::string(bankmeta::meaning(bankmeta::Billed::yes)) == "it is billed");
    CHECK(std::string(bankmeta::meaning(bankmeta::Verdict::match)).find("one person") != std::string::npos);
    CHECK(std::string(bankmeta::meaning(bankmeta::Fate::answered)).find("answered") != std::string::npos);
    CHECK(bankmeta::meaning(bankmeta::Warning::none) == nullptr);
    CHECK(std::string(bankmeta::name(bankmeta::Phase::tls)) == "tls");
}

static void test_sign_and_decode() {
    bankmeta::Config config;
    CHECK(config.try_set("access_key_id", "id").ok() && config.try_set("access_key_secret", "s").ok());
    bankmeta::Verification verification;
    CHECK(verification.try_set("card_number", CARD).ok() && verification.try_set("name", NAME).ok());
    CHECK(bankmeta::Request::try_sign(config, verification, 0, "a b").error().field() == "nonce");

    const bankmeta::Result<bankmeta::Request> signed_ = bankmeta::Request::try_sign(config, verification, 0);
    const bankmeta::Request &request = signed_.value();
    CHECK(std::string(request.method()) == "POST" && std::string(request.url()).rfind("https://", 0) == 0);
    CHECK(std::string(request.body()).size() == request.body_length());
    CHECK(request.header_count() > 5 && request.header_name(request.header_count()) == nullptr);
    CHECK(request.header_name(0) != nullptr && request.header_value(0) != nullptr);

    const std::string body = R"({"Code":"200","ResultObject":{"BizCode":"3","SubCode":"301"}})";
    const bankmeta::Result<bankmeta::Answer> answer =
        request.try_decode(200, "X-Acs-Request-Id: 3A5B\r\n", body);
    CHECK(answer && answer.value().verdict() == bankmeta::Verdict::no_record);
    CHECK(answer.value().billed() == bankmeta::Billed::no && answer.value().request_id() == "3A5B");
    CHECK(request.try_decode(500, "", "").error().fate() == bankmeta::Fate::unknown);
    CHECK(bankmeta::not_answered(BANKMETA_TIMEOUT, true).billed() == bankmeta::Billed::maybe);
    CHECK(bankmeta::not_answered(BANKMETA_TLS, false).fate() == bankmeta::Fate::not_sent);

#ifdef BANKMETA_HPP_THROWS
    CHECK(bankmeta::Request::sign(config, verification, 0).decode(200, "", body).sub_code() == "301");
    CHECK(config.get("region") == "cn-hongkong");
    verification.check();
    CHECK(bankmeta::Client(sandbox_config()).probe().attempt().billed == bankmeta::Billed::no);
    int thrown = 0;
    try {
        request.decode(200, nullptr, nullptr);
    } catch (const std::runtime_error &error) {
        thrown += std::string(error.what()).find("bad_reply") != std::string::npos;
    }
    CHECK(thrown == 1);
#endif
}

static void count_events(void *context, bankmeta_level, const char *, const char *) {
    ++*static_cast<int *>(context);
}

static void test_watching() {
    int events = 0;
    bankmeta::Config config = sandbox_config();
    CHECK(config.try_set_log(count_events, &events).ok());
    const bankmeta::Result<bankmeta::Client> made = bankmeta::Client::make(config);
    const bankmeta::Client &client = made.value();
    client.cancel();
    CHECK(client.try_warm_up().ok() && events == 1);
    CHECK(client.try_verify(CARD, NAME).ok() && events == 2);
    const bankmeta::Result<bankmeta::Stats> stats = client.try_stats();
    CHECK(stats.value().get("answers") == 1 && stats.value().get("no such number") == -1);
    CHECK(stats.value().count() > 10 && stats.value().name(stats.value().count()) == nullptr);
    CHECK(std::string(stats.value().name(0)) == "verifications" && stats.value().value(0) == 1);
#ifdef BANKMETA_HPP_THROWS
    config.set_log(nullptr, nullptr);
    const bankmeta::Client silent(config);
    silent.warm_up();
    CHECK(events == 2 && silent.stats().get("connections_opened") == 1);
#endif
}

int main() {
#ifdef __EXCEPTIONS
    CHECK(has_throwing_set<bankmeta::Config>(0));
#else
    CHECK(!has_throwing_set<bankmeta::Config>(0));
#endif
    test_results();
    test_texts();
    test_options_and_warnings();
    test_sign_and_decode();
    test_watching();
    std::printf("%d failed\n", failures);
    return failures == 0 ? 0 : 1;
}
