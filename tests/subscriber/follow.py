"""A subscriber in another language, with nothing but Python's own library: follows the hub's events over HTTP, writes
each down, and goes on behind the last one written after any end of the hub or of itself.

    python3 follow.py FOLDER

FOLDER/address  where the hub listens now, HOST:PORT
FOLDER/token    the bearer token
FOLDER/seen     what was seen, one line an event: its place (the id to go on behind) and its CloudEvents id
FOLDER/until    once this is there: the position at which to stop

The place is stored together with the event, in one write: that is all it takes to lose nothing and repeat nothing.
"""

import http.client
import json
import os
import sys
import time
from pathlib import Path

PAUSE = 0.1


def last_place(seen: Path) -> str:
    """The place of the last line that was written whole; half a line of an earlier end is cut off."""
    if not seen.exists():
        return ""
    whole, newline, _ = seen.read_bytes().rpartition(b"\n")
    with seen.open("r+b") as file:
        file.truncate(len(whole) + len(newline))
    return whole.rpartition(b"\n")[2].split(b" ")[0].decode()


def position(place: str) -> int:
    """The position in a place; 0 before the first event."""
    return int(place.partition("@")[0] or 0)


def events(folder: Path, place: str):
    """Server-sent events behind a place, as (place, name, object), until the connection ends."""
    host = (folder / "address").read_text().strip()
    headers = {"Authorization": "Bearer " + (folder / "token").read_text().strip()}
    if place:
        headers["Last-Event-ID"] = place
    connection = http.client.HTTPConnection(host, timeout=5)
    try:
        connection.request("GET", "/v1/events?from=beginning", headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            sys.exit(f"refused: {answer.status} {answer.read().decode()}")
        at, name = "", ""
        for line in answer:
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "id":
                at = value
            elif field == "event":
                name = value
            elif field == "data":
                yield at, name, json.loads(value)
            elif not field:
                at, name = "", ""
    finally:
        connection.close()


def follow(folder: Path) -> None:
    """Follows until the position in `until` is reached."""
    seen = folder / "seen"
    place = last_place(seen)
    with seen.open("a", encoding="utf-8") as file:
        while True:
            try:
                for at, name, told in events(folder, place):
                    if not name:
                        file.write(f"{at} {told['id']}\n")
                        file.flush()
                        os.fsync(file.fileno())
                        print(told["type"], flush=True)
                    place = at or place
                    until = folder / "until"
                    if until.exists() and position(place) >= int(until.read_text()):
                        return
            except (OSError, http.client.HTTPException) as ended:
                print(f"again, because of {ended!r}", file=sys.stderr)
            time.sleep(PAUSE)


if __name__ == "__main__":
    follow(Path(sys.argv[1]))
