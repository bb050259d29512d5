"""Find components by name; a folder is imported only when a name in it is asked for.

A component is a class in one file of its folder, registered under a name:

    @validators.register("length")
    @dataclass(frozen=True)
    class Length: ...

A plugin package offers the same class through the entry-point group `qaextract.<plural>`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar

from qaextract.errors import QAExtractError, UnknownName

T = TypeVar("T")


class Registry(Generic[T]):
    """The classes of one extension point, by name.

    `plural` is the folder and the entry-point group, `singular` what messages call one of them.
    """

    def __init__(self, plural: str, singular: str, accept: Callable[[str, type[T]], None] | None = None) -> None:
        self.plural = plural
        self.singular = singular
        self._accept = accept
        self._classes: dict[str, type[T]] = {}
        self._plugins: dict[str, EntryPoint] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[type[T]], type[T]]:
        """Register the decorated class under `name`. A second class of that name raises `QAExtractError`."""

        def add(cls: type[T]) -> type[T]:
            known = self._classes.get(name)
            if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
                raise QAExtractError(
                    f"the {self.singular} {name!r} of {cls.__module__} is already registered by {known.__module__}",
                    "choose another name",
                )
            if self._accept is not None:
                self._accept(name, cls)
            self._classes[name] = cls
            return cls

        return add

    def get(self, name: str) -> type[T]:
        """The class registered under `name`; `UnknownName` lists the names there are."""
        self._load()
        if name in self._plugins and name not in self._classes:
            self._load_plugin(name)
        if name not in self._classes:
            raise UnknownName(self.singular, name, self.names())
        return self._classes[name]

    def names(self) -> list[str]:
        """Every name, sorted, built-in or from a plugin."""
        self._load()
        return sorted(self._classes.keys() | self._plugins.keys())

    def items(self) -> Iterator[tuple[str, type[T]]]:
        """(name, class) of every component, by name."""
        for name in self.names():
            yield name, self.get(name)

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        package = importlib.import_module(f"qaextract.{self.plural}")
        for module in pkgutil.iter_modules(package.__path__):
            if not module.name.startswith("_"):
                importlib.import_module(f"{package.__name__}.{module.name}")
        for point in entry_points(group=f"qaextract.{self.plural}"):
            if point.name in self._classes:
                raise QAExtractError(
                    f"the plugin {point.value} offers a {self.singular} named {point.name!r}, which there is already",
                    "uninstall it or have it renamed",
                )
            self._plugins[point.name] = point

    def _load_plugin(self, name: str) -> None:
        point = self._plugins[name]
        try:
            cls = point.load()
        except Exception as error:  # a plugin is somebody else's code: whatever it raises is named, chained and said
            raise QAExtractError(
                f"the plugin {point.value} ({self.singular} {name!r}) cannot be loaded: {error}",
                "update or uninstall the package that offers it",
            ) from error
        if name not in self._classes:
            self.register(name)(cls)
