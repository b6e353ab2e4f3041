"""What the front end of a Player can ask for: each message names one act, and a method of the player carries it out."""

from collections.abc import Callable
from typing import Any

from kubelab.notebook import strides

Message = dict[str, Any]

ACTS: dict[str, Callable[[Any, Message], Any]] = {
    "step": lambda player, _: player.step(),
    "back": lambda player, _: player.back(),
    "first": lambda player, _: player.first(),
    "run": lambda player, _: player.to_the_end(),
    "goto": lambda player, message: player.goto(int(message["index"])),
    "view": lambda player, message: player.show(str(message["view"])),
    "stride": lambda player, message: player.choose(stride=strides.checked(str(message["stride"]))),
    "branch": lambda player, message: player.switch(str(message["branch"])),
    "tab": lambda player, message: player.chose(str(message["tab"]), message.get("choice")),
    "look": lambda player, message: player.look_at(str(message["element"])),
    "object": lambda player, message: player.chose("object", str(message["key"])),
    "follow": lambda player, message: player.follow(bool(message.get("on"))),
    "fold": lambda player, _: player.fold(),
    "play": lambda player, message: player.choose(playing=True, driver=str(message.get("by", ""))),
    "pause": lambda player, _: player.pause(),
    "shown": lambda player, message: player.appeared(str(message.get("by", ""))),
    "hidden": lambda player, message: player.vanished(str(message.get("by", ""))),
}
"""What each message of the front end asks for."""
