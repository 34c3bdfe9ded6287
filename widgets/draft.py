"""A scene being edited: what is saved, and every step since. Pure, no Qt."""

from dataclasses import dataclass, field

import msgspec

from widgets.scene import LoadedScene, Scene


@dataclass
class Draft:
    """Steps can be taken back one by one, also after the editing was left."""

    saved: LoadedScene
    steps: list[Scene] = field(default_factory=list)

    @property
    def scene(self) -> Scene:
        """As it stands now."""
        return self.steps[-1] if self.steps else self.saved.scene

    @property
    def loaded(self) -> LoadedScene:
        """For the windows; the saved one itself where nothing is changed."""
        if not self.is_changed:
            return self.saved
        return msgspec.structs.replace(self.saved, scene=self.scene)

    @property
    def is_changed(self) -> bool:
        """Whether something is not saved."""
        return self.scene != self.saved.scene

    def step(self, scene: Scene) -> None:
        """One more; what changes nothing is none."""
        if scene != self.scene:
            self.steps.append(scene)

    def undo(self) -> bool:
        """Take the last step back; False where there is none."""
        return bool(self.steps and self.steps.pop())

    def revert(self) -> None:
        """As it is saved; a step like any other."""
        self.step(self.saved.scene)
