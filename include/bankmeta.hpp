// bankmeta for C++11 and later: a header-only face of bankmeta.h.
//
//     bankmeta::Client client(bankmeta::Config().set("credentials", "environment"));
//     try {
//         bankmeta::Answer answer = client.verify(card_number, name, id_number, mobile);
//         std::cout << bankmeta::name(answer.verdict()) << '\n';
//     } catch (const bankmeta::Error &error) {
//         std::cerr << error.what() << '\n';
//     }
//
// Objects own their handle, move and do not copy. Failures are thrown as Error. One Client
// may be used by many threads at once; so may anything that is const. Texts are UTF-8: a
// std::string_view from C++17, a const std::string & before. The rules, the options and the
// keys stand in bankmeta.h.

#ifndef BANKMETA_HPP
#define BANKMETA_HPP

#include "bankmeta.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#if __cplusplus >= 201703L
#include <string_view>
#endif

namespace bankmeta {

#if __cplusplus >= 201703L
using Text = std::string_view;
#else
using Text = const std::string &;
#endif

enum class Verdict : std::int32_t {
    unknown = BANKMETA_VERDICT_UNKNOWN,
    match = BANKMETA_VERDICT_MATCH,
    mismatch = BANKMETA_VERDICT_MISMATCH,
    no_record = BANKMETA_VERDICT_NO_RECORD
};

enum class Fate : std::int32_t {
    not_sent = BANKMETA_FATE_NOT_SENT,
    rejected = BANKMETA_FATE_REJECTED,
    answered = BANKMETA_FATE_ANSWERED,
    unknown = BANKMETA_FATE_UNKNOWN
};

enum class Billed : std::int32_t {
    no = BANKMETA_BILLED_NO,
    yes = BANKMETA_BILLED_YES,
    maybe = BANKMETA_BILLED_MAYBE
};

inline const char *name(Verdict verdict) {
    return bankmeta_verdict_name(static_cast<bankmeta_verdict>(verdict));
}
inline const char *name(Fate fate) { return bankmeta_fate_name(static_cast<bankmeta_fate>(fate)); }
inline const char *name(Billed billed) {
    return bankmeta_billed_name(static_cast<bankmeta_billed>(billed));
}

namespace detail {

template <class T, void (*Free)(T **)> struct Freer {
    void operator()(T *handle) const { Free(&handle); }
};

template <class T, void (*Free)(T **)> using Handle = std::unique_ptr<T, Freer<T, Free>>;

using ErrorHandle = Handle<bankmeta_error, bankmeta_error_free>;

// What is absent in C is empty here.
inline std::string text(const char *text) { return text == nullptr ? std::string() : text; }

}  // namespace detail

// Why a call failed. what() is one line for a person, without personal data.
class Error : public std::runtime_error {
public:
    // Takes the handle over.
    Error(bankmeta_status status, detail::ErrorHandle error)
        : std::runtime_error(message(status, error.get())), status_(status), error_(std::move(error)) {}

    // A number of bankmeta.h, for example BANKMETA_TIMEOUT.
    bankmeta_status status() const noexcept { return status_; }
    const char *status_name() const noexcept { return bankmeta_status_name(status_); }
    Fate fate() const noexcept { return static_cast<Fate>(bankmeta_error_fate(error_.get())); }
    // Repeat only if this is Billed::no, or if you accept to pay twice.
    Billed billed() const noexcept { return static_cast<Billed>(bankmeta_error_billed(error_.get())); }
    // The next three are empty and http_status() is 0 if there is none.
    std::string field() const { return detail::text(bankmeta_error_field(error_.get())); }
    std::string service_code() const { return detail::text(bankmeta_error_service_code(error_.get())); }
    std::string request_id() const { return detail::text(bankmeta_error_request_id(error_.get())); }
    int http_status() const noexcept { return bankmeta_error_http_status(error_.get()); }
    std::size_t attempt_count() const noexcept { return bankmeta_error_attempt_count(error_.get()); }

private:
    static const char *message(bankmeta_status status, const bankmeta_error *error) {
        return error == nullptr ? bankmeta_status_name(status) : bankmeta_error_message(error);
    }

    bankmeta_status status_;
    // Shared, because an exception must be copyable without failing.
    std::shared_ptr<const bankmeta_error> error_;
};

namespace detail {

// Makes a call that takes `bankmeta_error **`, and throws what it reports.
template <class Call> void checked(Call call) {
    bankmeta_error *error = nullptr;
    const bankmeta_status status = call(&error);
    ErrorHandle owned(error);
    if (status != BANKMETA_OK) {
        throw Error(status, std::move(owned));
    }
}

}  // namespace detail

// The service's answer. A text the service did not give is empty.
class Answer {
public:
    explicit Answer(bankmeta_answer *handle) : handle_(handle) {}

    Verdict verdict() const noexcept { return static_cast<Verdict>(bankmeta_answer_verdict(get())); }
    Billed billed() const noexcept { return static_cast<Billed>(bankmeta_answer_billed(get())); }
    std::string biz_code() const { return detail::text(bankmeta_answer_biz_code(get())); }
    std::string sub_code() const { return detail::text(bankmeta_answer_sub_code(get())); }
    std::string sub_code_name() const { return detail::text(bankmeta_answer_sub_code_name(get())); }
    std::string sub_code_meaning() const { return detail::text(bankmeta_answer_sub_code_meaning(get())); }
    std::string request_id() const { return detail::text(bankmeta_answer_request_id(get())); }
    std::size_t attempt_count() const noexcept { return bankmeta_answer_attempt_count(get()); }

    const bankmeta_answer *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<bankmeta_answer, bankmeta_answer_free> handle_;
};

// What a client is made from.
class Config {
public:
    Config() : handle_(bankmeta_config_new()) {}

    Config &set(const char *key, const char *value) {
        detail::checked([&](bankmeta_error **error) {
            return bankmeta_config_set(handle_.get(), key, value, error);
        });
        return *this;
    }

    const bankmeta_config *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<bankmeta_config, bankmeta_config_free> handle_;
};

// The factors of one person and how to verify them.
class Verification {
public:
    Verification() : handle_(bankmeta_verification_new()) {}

    Verification &set(const char *key, Text value) {
        detail::checked([&](bankmeta_error **error) {
            // The data of an empty view may be a null pointer.
            const char *start = value.empty() ? "" : value.data();
            return bankmeta_verification_set(handle_.get(), key, start, value.size(), error);
        });
        return *this;
    }

    const bankmeta_verification *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<bankmeta_verification, bankmeta_verification_free> handle_;
};

// Makes verifications. Make one and keep it: it holds the connections.
class Client {
public:
    explicit Client(const Config &config) {
        detail::checked([&](bankmeta_error **error) {
            bankmeta_client *client = nullptr;
            const bankmeta_status status = bankmeta_client_new(config.get(), &client, error);
            handle_.reset(client);
            return status;
        });
    }

    // Two, three or four factors. One billed call.
    Answer verify(Text card_number, Text name) const {
        return verify(Verification().set("card_number", card_number).set("name", name));
    }
    Answer verify(Text card_number, Text name, Text id_number) const {
        return verify(Verification()
                          .set("card_number", card_number)
                          .set("name", name)
                          .set("id_number", id_number));
    }
    Answer verify(Text card_number, Text name, Text id_number, Text mobile) const {
        return verify(Verification()
                          .set("card_number", card_number)
                          .set("name", name)
                          .set("id_number", id_number)
                          .set("mobile", mobile));
    }

    Answer verify(const Verification &verification) const {
        bankmeta_answer *answer = nullptr;
        detail::checked([&](bankmeta_error **error) {
            return bankmeta_client_verify(handle_.get(), verification.get(), &answer, error);
        });
        return Answer(answer);
    }

    const bankmeta_client *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<bankmeta_client, bankmeta_client_free> handle_;
};

}  // namespace bankmeta

#endif  // BANKMETA_HPP
