/// @file bankmeta.hpp
/// @brief bankmeta for C++11 and later: a header-only face of bankmeta.h.
///
///     bankmeta::Client client(bankmeta::Config().set("credentials", "environment"));
///     try {
///         bankmeta::Answer answer = client.verify(card_number, name, id_number, mobile);
///         std::cout << bankmeta::name(answer.verdict()) << '\n';
///     } catch (const bankmeta::Error &error) {
///         std::cerr << error.what() << '\n';
///     }
///
/// Objects own their handle, move and do not copy. One Client may be used by many threads at
/// once; so may anything that is const. A moved-from object is refused as NULL is in C.
///
/// Every call that can fail exists twice: as `verify`, which throws Error, and as `try_verify`,
/// which returns a Result. With -fno-exceptions only the second kind exists; if memory runs out
/// the program ends then, as the standard library has no other way.
///
/// The rules, the options and the keys stand in bankmeta.h. Functions that need no handle are
/// called as they are in C, for example bankmeta_sub_code_meaning().

#ifndef BANKMETA_HPP
#define BANKMETA_HPP

#include "bankmeta.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>
#if __cplusplus >= 201703L
#include <optional>
#include <string_view>
/// `[[nodiscard]]` where the standard has it.
#define BANKMETA_NODISCARD [[nodiscard]]
#else
/// `[[nodiscard]]` where the standard has it.
#define BANKMETA_NODISCARD
#endif

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS)
/// Defined if exceptions are on: the calls that throw exist.
#define BANKMETA_HPP_THROWS 1
#endif

/// Everything of bankmeta.hpp.
namespace bankmeta {

/// What the service says of the factors.
enum class Verdict : std::int32_t {
    unknown = BANKMETA_VERDICT_UNKNOWN,      ///< see Answer::biz_code()
    match = BANKMETA_VERDICT_MATCH,          ///< they belong to one person
    mismatch = BANKMETA_VERDICT_MISMATCH,    ///< they do not
    no_record = BANKMETA_VERDICT_NO_RECORD   ///< nothing to compare with
};

/// What became of a verification or an attempt.
enum class Fate : std::int32_t {
    not_sent = BANKMETA_FATE_NOT_SENT,   ///< no byte left; not billed
    rejected = BANKMETA_FATE_REJECTED,   ///< refused before execution; not billed
    answered = BANKMETA_FATE_ANSWERED,   ///< the service answered
    unknown = BANKMETA_FATE_UNKNOWN      ///< it may have been executed and billed
};

/// Whether the vendor bills for it.
enum class Billed : std::int32_t {
    no = BANKMETA_BILLED_NO,         ///< not billed
    yes = BANKMETA_BILLED_YES,       ///< billed
    maybe = BANKMETA_BILLED_MAYBE    ///< it cannot be known from here
};

/// How far an attempt got.
enum class Phase : std::int32_t {
    unknown = BANKMETA_PHASE_UNKNOWN,    ///< one this version has no name for
    resolve = BANKMETA_PHASE_RESOLVE,    ///< looking up the host's addresses
    connect = BANKMETA_PHASE_CONNECT,    ///< opening the TCP connection
    tls = BANKMETA_PHASE_TLS,            ///< the TLS handshake
    send = BANKMETA_PHASE_SEND,          ///< handing the request over
    receive = BANKMETA_PHASE_RECEIVE,    ///< waiting for the reply and reading it
    done = BANKMETA_PHASE_DONE           ///< a whole reply was read
};

/// Something odd about the input that is no reason to refuse it.
enum class Warning : std::int32_t {
    none = BANKMETA_WARNING_NONE,                            ///< none this version knows
    card_number_luhn = BANKMETA_WARNING_CARD_NUMBER_LUHN     ///< the card fails the Luhn check
};

/// The word for a verdict.
inline const char *name(Verdict verdict) noexcept {
    return bankmeta_verdict_name(static_cast<bankmeta_verdict>(verdict));
}
/// The word for a fate.
inline const char *name(Fate fate) noexcept {
    return bankmeta_fate_name(static_cast<bankmeta_fate>(fate));
}
/// The word for billed.
inline const char *name(Billed billed) noexcept {
    return bankmeta_billed_name(static_cast<bankmeta_billed>(billed));
}
/// The word for a phase.
inline const char *name(Phase phase) noexcept {
    return bankmeta_phase_name(static_cast<bankmeta_phase>(phase));
}
/// What a verdict means, in one line.
inline const char *meaning(Verdict verdict) noexcept {
    return bankmeta_verdict_meaning(static_cast<bankmeta_verdict>(verdict));
}
/// What a fate means, in one line.
inline const char *meaning(Fate fate) noexcept {
    return bankmeta_fate_meaning(static_cast<bankmeta_fate>(fate));
}
/// What billed means, in one line.
inline const char *meaning(Billed billed) noexcept {
    return bankmeta_billed_meaning(static_cast<bankmeta_billed>(billed));
}
/// A warning in one line; nullptr for none.
inline const char *meaning(Warning warning) noexcept {
    return bankmeta_warning_meaning(static_cast<bankmeta_warning>(warning));
}

/// A text as a parameter, UTF-8: borrowed, so that no copy of personal data is left behind.
class Text {
public:
    /// Ends with a NUL.
    Text(const char *text) noexcept : start_(text), length_(BANKMETA_NUL) {}
    /// Of any length; a NUL in it is part of it.
    Text(const std::string &text) noexcept : start_(text.data()), length_(text.size()) {}
#if __cplusplus >= 201703L
    /// Of any length; the data of an empty view may be a null pointer.
    Text(std::string_view text) noexcept
        : start_(text.empty() ? "" : text.data()), length_(text.size()) {}
#endif

    /// Where it starts.
    const char *start() const noexcept { return start_; }
    /// Its length in bytes, or BANKMETA_NUL.
    std::size_t length() const noexcept { return length_; }

private:
    const char *start_;
    std::size_t length_;
};

/// A Text that may be absent: nullptr, a `const char *` that is null, or an empty optional.
class OptionalText {
public:
    /// Absent.
    OptionalText(std::nullptr_t = nullptr) noexcept : text_(static_cast<const char *>(nullptr)) {}
    /// Absent if null.
    OptionalText(const char *text) noexcept : text_(text) {}
    /// Present, if empty too.
    OptionalText(const std::string &text) noexcept : text_(text) {}
#if __cplusplus >= 201703L
    /// Present, if empty too.
    OptionalText(std::string_view text) noexcept : text_(text) {}
    /// Absent.
    OptionalText(std::nullopt_t) noexcept : OptionalText(nullptr) {}
    /// Absent if it is empty.
    template <class Value>
    OptionalText(const std::optional<Value> &text) noexcept
        : text_(text ? Text(*text) : Text(static_cast<const char *>(nullptr))) {}
#endif

    /// Whether there is a text.
    bool present() const noexcept { return text_.start() != nullptr; }
    /// The text; its start is null if it is absent.
    Text text() const noexcept { return text_; }

private:
    Text text_;
};

namespace detail {

template <class T, void (*Free)(T **)> struct Freer {
    void operator()(T *handle) const noexcept { Free(&handle); }
};

// Owns a handle of C, or none.
template <class T, void (*Free)(T **)> class Owner {
public:
    using Raw = T;
    explicit Owner(T *handle) noexcept : handle_(handle) {}
    /// The handle, for functions of bankmeta.h; it stays this object's.
    const T *get() const noexcept { return handle_.get(); }

protected:
    T *raw() const noexcept { return handle_.get(); }

private:
    std::unique_ptr<T, Freer<T, Free>> handle_;
};

using SharedError = std::shared_ptr<const bankmeta_error>;

// What a failed call says.
struct Failure {
    bankmeta_status status;
    SharedError error;
};

// Makes a call that takes `bankmeta_error **`.
template <class Call> Failure made(Call call) {
    bankmeta_error *error = nullptr;
    const bankmeta_status status = call(&error);
    if (error == nullptr) {
        return Failure{status, SharedError()};
    }
    return Failure{status, SharedError(error, Freer<bankmeta_error, bankmeta_error_free>())};
}

// What is absent in C is empty here.
inline std::string text(const char *text) { return text == nullptr ? std::string() : text; }

// What a Result without a value holds.
template <class T> struct Empty {
    static T make() { return T(static_cast<typename T::Raw *>(nullptr)); }
};
template <> struct Empty<std::string> {
    static std::string make() { return std::string(); }
};

}  // namespace detail

/// One call to the service made for a verification.
struct Attempt {
    Fate fate;                             ///< what became of it
    Billed billed;                         ///< whether the vendor bills for it
    bool resend;                           ///< the same signed request once more
    Phase phase;                           ///< how far it got
    std::chrono::microseconds duration;    ///< from its start to its end
    int http_status;                       ///< 0 if no reply came
    std::string service_code;              ///< the service's own code; empty if none
    std::string request_id;                ///< the vendor's id; empty if none
};

namespace detail {

inline Attempt attempt(const bankmeta_attempt *attempt) {
    return Attempt{static_cast<Fate>(bankmeta_attempt_fate(attempt)),
                   static_cast<Billed>(bankmeta_attempt_billed(attempt)),
                   bankmeta_attempt_resend(attempt) != 0,
                   static_cast<Phase>(bankmeta_attempt_phase(attempt)),
                   std::chrono::microseconds(bankmeta_attempt_duration_microseconds(attempt)),
                   bankmeta_attempt_http_status(attempt),
                   text(bankmeta_attempt_service_code(attempt)),
                   text(bankmeta_attempt_request_id(attempt))};
}

template <class T>
std::vector<Attempt> attempts(const T *of, std::size_t (*count)(const T *),
                              const bankmeta_attempt *(*get)(const T *, std::size_t)) {
    std::vector<Attempt> all;
    for (std::size_t index = 0; index < count(of); ++index) {
        all.push_back(attempt(get(of, index)));
    }
    return all;
}

}  // namespace detail

/// Why a call failed. what() is one line for a person, without personal data.
class Error : public std::runtime_error {
public:
    /// Of a failed call.
    explicit Error(detail::Failure failure)
        : std::runtime_error(message(failure)),
          status_(failure.status),
          error_(std::move(failure.error)) {}

    /// A number of bankmeta.h, for example BANKMETA_TIMEOUT.
    bankmeta_status status() const noexcept { return status_; }
    /// Its name, for example `"timeout"`.
    const char *status_name() const noexcept { return bankmeta_status_name(status_); }
    /// What became of the verification.
    Fate fate() const noexcept { return static_cast<Fate>(bankmeta_error_fate(get())); }
    /// Repeat only if this is Billed::no, or if you accept to pay twice.
    Billed billed() const noexcept { return static_cast<Billed>(bankmeta_error_billed(get())); }
    /// The field of the input that breaks a rule; empty if that is not the trouble.
    std::string field() const { return detail::text(bankmeta_error_field(get())); }
    /// The service's own code; empty if it gave none.
    std::string service_code() const { return detail::text(bankmeta_error_service_code(get())); }
    /// The vendor's id of the request; empty if none came.
    std::string request_id() const { return detail::text(bankmeta_error_request_id(get())); }
    /// The HTTP status of the last reply; 0 if none came.
    int http_status() const noexcept { return bankmeta_error_http_status(get()); }
    /// How many calls to the service were made.
    std::size_t attempt_count() const noexcept { return bankmeta_error_attempt_count(get()); }
    /// Each of them.
    std::vector<Attempt> attempts() const {
        return detail::attempts(get(), bankmeta_error_attempt_count, bankmeta_error_attempt);
    }
    /// The handle, for functions of bankmeta.h; it stays this object's.
    const bankmeta_error *get() const noexcept { return error_.get(); }

private:
    static const char *message(const detail::Failure &failure) {
        const char *text = bankmeta_error_message(failure.error.get());
        return text == nullptr ? bankmeta_status_name(failure.status) : text;
    }

    bankmeta_status status_;
    // Shared, because an exception must be copyable without failing.
    detail::SharedError error_;
};

/// What a call returns that does not throw: a value, or an error.
template <class T> class BANKMETA_NODISCARD Result {
public:
    /// Success.
    Result(T value) : value_(std::move(value)), failure_{BANKMETA_OK, nullptr} {}
    /// Failure.
    Result(detail::Failure failure)
        : value_(detail::Empty<T>::make()), failure_(std::move(failure)) {}

    /// Whether there is a value.
    bool ok() const noexcept { return failure_.status == BANKMETA_OK; }
    /// Whether there is a value.
    explicit operator bool() const noexcept { return ok(); }
    /// BANKMETA_OK, or the number of the error.
    bankmeta_status status() const noexcept { return failure_.status; }
    /// The value. After a failure it is empty: its answers are cautious, calls refuse it.
    T &value() & noexcept { return value_; }
    /// The value, to look at.
    const T &value() const & noexcept { return value_; }
    /// The value, to take: `std::move(result).value()`.
    T &&value() && noexcept { return std::move(value_); }
    /// The error; of status BANKMETA_OK if there is none.
    Error error() const { return Error(failure_); }

private:
    T value_;
    detail::Failure failure_;
};

/// What a call returns that does not throw and makes nothing.
template <> class BANKMETA_NODISCARD Result<void> {
public:
    /// Of a call that was made.
    Result(detail::Failure failure) noexcept : failure_(std::move(failure)) {}
    /// Whether it succeeded.
    bool ok() const noexcept { return failure_.status == BANKMETA_OK; }
    /// Whether it succeeded.
    explicit operator bool() const noexcept { return ok(); }
    /// BANKMETA_OK, or the number of the error.
    bankmeta_status status() const noexcept { return failure_.status; }
    /// The error; of status BANKMETA_OK if there is none.
    Error error() const { return Error(failure_); }

private:
    detail::Failure failure_;
};

namespace detail {

#ifdef BANKMETA_HPP_THROWS
template <class T> T checked(Result<T> result) {
    if (!result) {
        throw result.error();
    }
    return std::move(result).value();
}
inline void checked(const Result<void> &result) {
    if (!result) {
        throw result.error();
    }
}
#endif

// Makes a call that takes the address of a handle and `bankmeta_error **`.
template <class T, class Call> Result<T> produced(Call call) {
    typename T::Raw *handle = nullptr;
    Failure failure = made([&](bankmeta_error **error) { return call(&handle, error); });
    if (failure.status != BANKMETA_OK) {
        return Result<T>(std::move(failure));
    }
    return Result<T>(T(handle));
}

}  // namespace detail

/// The service's answer. A text the service did not give is empty.
class Answer : public detail::Owner<bankmeta_answer, bankmeta_answer_free> {
public:
    /// Takes the handle over.
    explicit Answer(bankmeta_answer *handle) noexcept : Owner(handle) {}

    /// What the service says of the factors.
    Verdict verdict() const noexcept { return static_cast<Verdict>(bankmeta_answer_verdict(get())); }
    /// Whether the vendor bills for it.
    Billed billed() const noexcept { return static_cast<Billed>(bankmeta_answer_billed(get())); }
    /// The BizCode as the service gave it.
    std::string biz_code() const { return detail::text(bankmeta_answer_biz_code(get())); }
    /// The detail of the verdict, for example `"201"`.
    std::string sub_code() const { return detail::text(bankmeta_answer_sub_code(get())); }
    /// Its name, for example `"details_wrong"`; empty for one this version does not know.
    std::string sub_code_name() const { return detail::text(bankmeta_answer_sub_code_name(get())); }
    /// Its meaning in one line; empty for one this version does not know.
    std::string sub_code_meaning() const { return detail::text(bankmeta_answer_sub_code_meaning(get())); }
    /// The vendor's id of the request.
    std::string request_id() const { return detail::text(bankmeta_answer_request_id(get())); }
    /// How many calls to the service were made; the last one was answered.
    std::size_t attempt_count() const noexcept { return bankmeta_answer_attempt_count(get()); }
    /// Each of them.
    std::vector<Attempt> attempts() const {
        return detail::attempts(get(), bankmeta_answer_attempt_count, bankmeta_answer_attempt);
    }
};

/// What a client is made from.
class Config : public detail::Owner<bankmeta_config, bankmeta_config_free> {
public:
    /// The defaults.
    Config() noexcept : Owner(bankmeta_config_new()) {}

    /// Sets an option of the table in bankmeta.h.
    Result<void> try_set(const char *key, const char *value) {
        return detail::made([&](bankmeta_error **error) {
            return bankmeta_config_set(raw(), key, value, error);
        });
    }

    /// The present value of an option; a secret reads as empty.
    Result<std::string> try_get(const char *key) const {
        const char *value = nullptr;
        detail::Failure failure = detail::made([&](bankmeta_error **error) {
            return bankmeta_config_get(get(), key, &value, error);
        });
        if (failure.status != BANKMETA_OK) {
            return failure;
        }
        return detail::text(value);
    }

    using Owner::get;

    /// Gives the events of clients made of this to `log`; see bankmeta_config_set_log(). It must
    /// not throw.
    Result<void> try_set_log(bankmeta_log log, void *context) {
        return detail::made([&](bankmeta_error **error) {
            return bankmeta_config_set_log(raw(), log, context, error);
        });
    }

#ifdef BANKMETA_HPP_THROWS
    /// try_set_log(), or throws.
    Config &set_log(bankmeta_log log, void *context) {
        detail::checked(try_set_log(log, context));
        return *this;
    }
    /// try_set(), or throws.
    Config &set(const char *key, const char *value) {
        detail::checked(try_set(key, value));
        return *this;
    }
    /// try_get(), or throws.
    std::string get(const char *key) const { return detail::checked(try_get(key)); }
#endif
};

/// The factors of one person and how to verify them.
class Verification : public detail::Owner<bankmeta_verification, bankmeta_verification_free> {
public:
    /// Empty.
    Verification() noexcept : Owner(bankmeta_verification_new()) {}

    /// Sets a factor or another key of the table in bankmeta.h.
    Result<void> try_set(const char *key, Text value) { return put(key, value); }

    /// Checks it as Client::verify() does, and sends nothing.
    Result<void> try_check() const {
        return detail::made(
            [&](bankmeta_error **error) { return bankmeta_verification_check(get(), error); });
    }

    /// What is odd about it although it passes the checks.
    std::vector<Warning> warnings() const {
        std::vector<Warning> all;
        const std::size_t count = bankmeta_verification_warning_count(get());
        for (std::size_t index = 0; index < count; ++index) {
            all.push_back(static_cast<Warning>(bankmeta_verification_warning(get(), index)));
        }
        return all;
    }

#ifdef BANKMETA_HPP_THROWS
    /// try_set(), or throws.
    Verification &set(const char *key, Text value) {
        detail::checked(try_set(key, value));
        return *this;
    }
    /// try_check(), or throws.
    void check() const { detail::checked(try_check()); }
#endif

private:
    friend class Client;

    detail::Failure put(const char *key, Text value) {
        return detail::made([&](bankmeta_error **error) {
            return bankmeta_verification_set(raw(), key, value.start(), value.length(), error);
        });
    }
};

/// What a probe found.
class Probe : public detail::Owner<bankmeta_probe, bankmeta_probe_free> {
public:
    /// Takes the handle over.
    explicit Probe(bankmeta_probe *handle) noexcept : Owner(handle) {}

    /// The call that was made.
    Attempt attempt() const { return detail::attempt(bankmeta_probe_attempt(get())); }
    /// Whether the service told its time.
    bool has_clock_offset() const noexcept { return bankmeta_probe_has_clock_offset(get()) != 0; }
    /// The service's time minus this machine's.
    std::chrono::seconds clock_offset() const noexcept {
        return std::chrono::seconds(bankmeta_probe_clock_offset_seconds(get()));
    }
};

/// What a client has done so far, in numbers.
class Stats : public detail::Owner<bankmeta_stats, bankmeta_stats_free> {
public:
    /// Takes the handle over.
    explicit Stats(bankmeta_stats *handle) noexcept : Owner(handle) {}

    /// A number by its name, for example `"attempts_answered"`; -1 for an unknown one.
    std::int64_t get(const char *name) const noexcept {
        std::int64_t value = 0;
        return bankmeta_stats_get(handle(), name, &value, nullptr) == BANKMETA_OK ? value : -1;
    }
    /// How many there are.
    std::size_t count() const noexcept { return bankmeta_stats_count(handle()); }
    /// A name by its index; nullptr from the count on.
    const char *name(std::size_t index) const noexcept { return bankmeta_stats_name(handle(), index); }
    /// A number by its index; 0 from the count on.
    std::int64_t value(std::size_t index) const noexcept {
        return bankmeta_stats_value(handle(), index);
    }

private:
    const bankmeta_stats *handle() const noexcept { return Owner::get(); }
};

/// Makes verifications. Make one and keep it: it holds the connections.
class Client : public detail::Owner<bankmeta_client, bankmeta_client_free> {
public:
    /// Takes the handle over.
    explicit Client(bankmeta_client *handle) noexcept : Owner(handle) {}

    /// Makes a client.
    static Result<Client> make(const Config &config) {
        return detail::produced<Client>([&](bankmeta_client **client, bankmeta_error **error) {
            return bankmeta_client_new(config.get(), client, error);
        });
    }

    /// Asks whether the factors belong to one person. One billed call.
    Result<Answer> try_verify(const Verification &verification) const {
        return detail::produced<Answer>([&](bankmeta_answer **answer, bankmeta_error **error) {
            return bankmeta_client_verify(get(), verification.get(), answer, error);
        });
    }

    /// The same for two, three or four factors.
    Result<Answer> try_verify(Text card_number, Text name, OptionalText id_number = nullptr,
                              OptionalText mobile = nullptr) const {
        const char *const keys[] = {"card_number", "name", "id_number", "mobile"};
        const Text values[] = {card_number, name, id_number.text(), mobile.text()};
        Verification verification;
        for (std::size_t index = 0; index < 4; ++index) {
            const bool required = index < 2;
            if (required || values[index].start() != nullptr) {
                detail::Failure failure = verification.put(keys[index], values[index]);
                if (failure.status != BANKMETA_OK) {
                    return failure;
                }
            }
        }
        return try_verify(verification);
    }

    /// One signed call that cannot be billed: whether everything is set up.
    Result<Probe> try_probe() const {
        return detail::produced<Probe>([&](bankmeta_probe **probe, bankmeta_error **error) {
            return bankmeta_client_probe(get(), probe, error);
        });
    }

    /// Ends every call under way, from any thread; each says truly what became of it.
    void cancel() const noexcept { bankmeta_client_cancel(get()); }

    /// Opens a connection ahead of the first call. Nothing is asked, and nothing is billed.
    Result<void> try_warm_up() const {
        return detail::made(
            [&](bankmeta_error **error) { return bankmeta_client_warm_up(get(), error); });
    }

    /// What this client has done in this process so far.
    Result<Stats> try_stats() const {
        return detail::produced<Stats>([&](bankmeta_stats **stats, bankmeta_error **error) {
            return bankmeta_client_stats(get(), stats, error);
        });
    }

#ifdef BANKMETA_HPP_THROWS
    /// make(), or throws.
    explicit Client(const Config &config) : Client(detail::checked(make(config))) {}
    /// try_verify(), or throws.
    Answer verify(const Verification &verification) const {
        return detail::checked(try_verify(verification));
    }
    /// try_verify(), or throws.
    Answer verify(Text card_number, Text name, OptionalText id_number = nullptr,
                  OptionalText mobile = nullptr) const {
        return detail::checked(try_verify(card_number, name, id_number, mobile));
    }
    /// try_probe(), or throws.
    Probe probe() const { return detail::checked(try_probe()); }
    /// try_warm_up(), or throws.
    void warm_up() const { detail::checked(try_warm_up()); }
    /// try_stats(), or throws.
    Stats stats() const { return detail::checked(try_stats()); }
#endif
};

/// A signed request, for a program with its own HTTP stack. Its texts end with a NUL, live as
/// long as it, and hold personal data.
class Request : public detail::Owner<bankmeta_request, bankmeta_request_free> {
public:
    /// Takes the handle over.
    explicit Request(bankmeta_request *handle) noexcept : Owner(handle) {}

    /// Signs one request; see bankmeta_sign().
    static Result<Request> try_sign(const Config &config, const Verification &verification,
                                    std::int64_t unix_seconds, const char *nonce = nullptr) {
        return detail::produced<Request>([&](bankmeta_request **request, bankmeta_error **error) {
            return bankmeta_sign(config.get(), verification.get(), unix_seconds, nonce, request, error);
        });
    }

    /// The HTTP method.
    const char *method() const noexcept { return bankmeta_request_method(get()); }
    /// The whole URL.
    const char *url() const noexcept { return bankmeta_request_url(get()); }
    /// How many headers to send.
    std::size_t header_count() const noexcept { return bankmeta_request_header_count(get()); }
    /// The name of a header; nullptr from the count on.
    const char *header_name(std::size_t index) const noexcept {
        return bankmeta_request_header_name(get(), index);
    }
    /// The value of a header; nullptr from the count on.
    const char *header_value(std::size_t index) const noexcept {
        return bankmeta_request_header_value(get(), index);
    }
    /// The body.
    const char *body() const noexcept { return bankmeta_request_body(get()); }
    /// Its length in bytes.
    std::size_t body_length() const noexcept { return bankmeta_request_body_length(get()); }

    /// Decodes the reply: `headers` are its lines; see bankmeta_decode().
    Result<Answer> try_decode(int http_status, Text headers, Text body) const {
        return detail::produced<Answer>([&](bankmeta_answer **answer, bankmeta_error **error) {
            return bankmeta_decode(get(), http_status, headers.start(), headers.length(), body.start(),
                                   body.length(), answer, error);
        });
    }

#ifdef BANKMETA_HPP_THROWS
    /// try_sign(), or throws.
    static Request sign(const Config &config, const Verification &verification,
                        std::int64_t unix_seconds, const char *nonce = nullptr) {
        return detail::checked(try_sign(config, verification, unix_seconds, nonce));
    }
    /// try_decode(), or throws.
    Answer decode(int http_status, Text headers, Text body) const {
        return detail::checked(try_decode(http_status, headers, body));
    }
#endif
};

/// The error to report when no whole reply came to a request that you sent yourself;
/// see bankmeta_not_answered().
inline Error not_answered(bankmeta_status what, bool handed_over) {
    return Error(detail::made([&](bankmeta_error **error) {
        return bankmeta_not_answered(what, handed_over ? 1 : 0, error);
    }));
}

/// Whether the library that runs serves a program compiled with this header.
inline bool version_fits() noexcept { return BANKMETA_CHECK_VERSION() == 1; }

}  // namespace bankmeta

#endif  // BANKMETA_HPP
