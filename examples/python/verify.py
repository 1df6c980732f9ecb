"""Verifies people read from standard input, one a line: card number, name, ID number
and mobile, separated by tabs; the last two may be missing.

The access key comes from the environment; BANKMETA_ENDPOINT and BANKMETA_CA_FILE
lead to a sandbox.
"""

import os

import bankmeta


def verify(client: bankmeta.Client, line: str) -> str:
    card_number, name, id_number, mobile, *_ = [*line.split("\t"), "", "", ""]
    try:
        answer = client.verify(
            card_number=card_number, name=name, id_number=id_number or None, mobile=mobile or None
        )
    except bankmeta.BankMetaError as error:
        return str(error)
    meaning = answer.sub_code_meaning or ("unknown" if answer.sub_code else "none")
    return (
        f"{answer.verdict.value}  sub code {answer.sub_code or '-'} ({meaning})  "
        f"billed {answer.billed.value}  request id {answer.request_id or '-'}"
    )


def main() -> None:
    with bankmeta.Client(
        credentials="environment",
        endpoint=os.environ.get("BANKMETA_ENDPOINT"),
        ca_file=os.environ.get("BANKMETA_CA_FILE"),
    ) as client, open(0, encoding="utf-8") as people:
        for line in people:
            print(verify(client, line.rstrip("\n")), flush=True)


if __name__ == "__main__":
    main()
