"""Ask in a terminal, with arrow keys. The only module that imports questionary, and only when it asks."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from lossadvisor.questionnaire.interview import Answer, Ask, Move, Prompt, Step, Steps
from lossadvisor.questionnaire.menu import (
    NARROWEST,
    Menu,
    about,
    answered,
    fill,
    known_keys,
    label,
    menu_of,
    shorten,
)
from lossadvisor.rulebase.load import RuleBase

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.layout import Layout, Window
    from prompt_toolkit.styles import Style
    from questionary.prompts.common import InquirerControl

MARGIN = 4  # columns before an item of the list, and one after it
STYLES = [
    ("qmark", "fg:#5f819d"),
    ("question", "bold"),
    ("answer", "fg:#ff9d00 bold"),
    ("highlighted", "bold"),
    ("notice", "fg:ansiyellow bold"),
    ("keys", "fg:ansibrightblack"),
]


def asker(base: RuleBase) -> Ask:
    """The function that asks the questions of `base` in this terminal.

    It raises KeyboardInterrupt on Ctrl-C and Ctrl-D, and leaves the terminal as it was.
    """

    def ask(prompt: Prompt, steps: Steps, notice: str) -> Answer:
        return choose(menu_of(base, prompt, steps, notice=notice, width=columns()))

    return ask


def show_answers(base: RuleBase, steps: Iterable[Step]) -> None:
    """Print the lines that stay of answered questions."""
    from prompt_toolkit import print_formatted_text
    from prompt_toolkit.formatted_text import FormattedText

    for step in steps:
        print_formatted_text(FormattedText(line(*answered(base, step, columns()))), style=style())


def line(ask: str, said: str) -> StyleAndTextTuples:
    return [("class:qmark", "? "), ("class:question", ask), ("class:answer", f" {said}")]


def ask_text(ask: str, default: str, problem: Callable[[str], str]) -> str:
    """A line of text, edited from `default`, that has no `problem`.

    Raises:
        KeyboardInterrupt: Ctrl-C or Ctrl-D, or the terminal is gone.
    """
    import questionary

    question = questionary.text(ask, default=default, validate=lambda text: problem(text) or True, style=style())
    try:
        return str(question.unsafe_ask())
    except EOFError:
        raise KeyboardInterrupt from None


def choose(menu: Menu) -> Answer:
    """The item that the user chooses, or `Move.BACK`. The menu is erased when it is left.

    Raises:
        KeyboardInterrupt: Ctrl-C or Ctrl-D, or the terminal is gone.
    """
    gc.disable()  # importing makes a lot that stays; to search it for garbage takes a tenth of the start
    from prompt_toolkit.application import Application

    view = View(menu)
    application: Application[Answer] = Application(
        layout=view.layout(), key_bindings=view.keys(), style=style(), erase_when_done=True
    )
    gc.freeze()
    gc.enable()
    try:
        return application.run()
    except EOFError:
        raise KeyboardInterrupt from None


class View:
    """A menu on the screen: the list with its pointer, and whether `?` is on."""

    def __init__(self, menu: Menu) -> None:
        from questionary import Choice, Separator
        from questionary.prompts.common import InquirerControl

        self.menu = menu
        self.explained = False
        self.items = {answer: Choice(self.label(answer), answer) for answer in menu.items}
        lines: list[Choice] = []
        for answer, item in self.items.items():
            if answer in menu.headings:
                lines.append(Separator(shorten(menu.headings[answer], columns() - MARGIN)))
            lines.append(item)
        start = None if menu.start is None else self.items[menu.start]
        self.list: InquirerControl = InquirerControl(
            lines, pointer=pointer(), use_indicator=False, show_description=False, initial_choice=start
        )

    def label(self, answer: Answer) -> str:
        return label(self.menu, answer, columns() - MARGIN, explained=self.explained)

    @property
    def pointed_at(self) -> Answer:
        answer: Answer = self.list.get_pointed_at().value  # type: ignore[assignment]
        return answer

    def layout(self) -> Layout:
        """What was answered, the question, the list, and what there is to say about the item that is pointed at."""
        from prompt_toolkit.layout import Dimension, HSplit, Layout, Window

        above = [part for pair in self.menu.above for part in (*line(*pair), ("", "\n"))][:-1]
        items = Window(self.list, height=Dimension(min=1), dont_extend_height=True, always_hide_cursor=True)
        parts = [text(self.ask), items, text(self.about)]
        return Layout(HSplit([text(lambda: above, end=len(self.menu.above) - 1), *parts] if above else parts))

    def ask(self) -> StyleAndTextTuples:
        notice = fill(self.menu.notice, columns() - 1) + "\n" if self.menu.notice else ""
        ask = fill(self.menu.ask, columns() - 1, indent=2)
        return [("class:notice", notice), ("class:qmark", "? "), ("class:question", ask)]

    def about(self) -> StyleAndTextTuples:
        told = about(self.menu, self.pointed_at, columns() - 1, explained=self.explained)
        return [("", told), ("class:keys", known_keys(self.menu, columns() - 1))]

    def keys(self) -> KeyBindings:
        """What the keys do."""
        from prompt_toolkit.key_binding import KeyBindings

        bindings = KeyBindings()

        def bind(action: Callable[[KeyPressEvent], object], *names: str) -> None:
            for name in names:
                bindings.add(name, eager=True)(action)

        bind(lambda event: event.app.exit(result=self.pointed_at), "enter")
        bind(lambda event: event.app.exit(exception=KeyboardInterrupt), "c-c", "c-d", "<sigint>")
        bind(lambda _: self.move(self.list.select_next), "down", "j", "c-n")
        bind(lambda _: self.move(self.list.select_previous), "up", "k", "c-p")
        if self.menu.back:
            bind(lambda event: event.app.exit(result=Move.BACK), "s-tab", "left")
        if self.menu.why:
            bind(lambda _: self.explain(), "?")
        return bindings

    def move(self, step: Callable[[], None]) -> None:
        step()
        while not self.list.is_selection_valid():
            step()

    def explain(self) -> None:
        """Show or hide why it is asked, and where each item leads."""
        self.explained = not self.explained
        for answer, item in self.items.items():
            item.title = self.label(answer)


def text(source: Callable[[], StyleAndTextTuples], *, end: int = 0) -> Window:
    """Lines of text. The cursor on line `end` keeps that one in sight where there isn't room for all."""
    from prompt_toolkit.data_structures import Point
    from prompt_toolkit.layout import FormattedTextControl, Window

    content = FormattedTextControl(source, get_cursor_position=lambda: Point(0, end))
    return Window(content, dont_extend_height=True, always_hide_cursor=True)


def style() -> Style:
    from prompt_toolkit.styles import Style

    return Style(STYLES)


def columns() -> int:
    """The width of the terminal."""
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, NARROWEST)
    except (OSError, ValueError):  # no terminal
        return 80


def pointer() -> str:
    """The pointer of the list, plain where the encoding has no other."""
    pointer = "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    try:
        pointer.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ">"
    return pointer
