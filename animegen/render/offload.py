"""Where models wait and where they run, for devices that cannot hold them all at once.

`none` keeps every model on the device. `model` brings one there when it is used, and sends home
what plays another role. `sequential` brings one layer at a time, as long as it computes. Home is
the CPU's memory. The same kernels see the same numbers, so pictures do not depend on it. Unaware of
what the models compute.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, ref

if TYPE_CHECKING:
    import torch

WEIGHTS = "a model's weights alone were too much"
"""A note on an OutOfMemoryError that came before anything was computed."""


class Stage:
    """A device, and the models that take turns on it.

    It holds no model in memory: one that nobody else refers to is gone.
    """

    def __init__(self, device: torch.device, offload: str = "none") -> None:
        self.device = device
        self.offload = offload
        self._roles: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self._role: str | None = None
        self._lent: WeakKeyDictionary[Any, list[tuple[torch.Tensor, torch.Tensor]]] = (
            WeakKeyDictionary()
        )

    @property
    def home(self) -> torch.device:
        """Where a model waits; it is loaded to there."""
        import torch

        return self.device if self.offload == "none" else torch.device("cpu")

    def admit(self, model: Any, role: str) -> Any:
        """Let a model that is at home take part; return it.

        Models of one role may be on the device together.
        """
        self._roles[model] = role
        self._watch(model)
        return model

    def tighten(self) -> None:
        """Send every model home; from now on keep only what is in use on the device."""
        if self.offload == "none":
            self.offload = "model"
            for model in list(self._roles):
                self._watch(model)
        self._role = None
        for model in list(self._roles):
            _send_home(model)

    def _watch(self, model: Any) -> None:
        if self.offload == "sequential":
            self._lend_layers(model)
        elif self.offload == "model":
            for door in _doors(model):
                door.register_forward_pre_hook(partial(_enter, self, ref(model)))

    def enter(self, model: Any) -> None:
        """Bring a model to the device; called by itself when it is about to run."""
        import torch

        role = self._roles[model]
        if role != self._role:
            self._role = role
            for other, its in list(self._roles.items()):
                if its != role:
                    _send_home(other)
        try:
            _bring(model, self.device)
        except torch.OutOfMemoryError as error:
            _send_home(model)
            error.add_note(WEIGHTS)
            raise

    def _lend_layers(self, model: Any) -> None:
        for layer in model.modules():
            if _own_tensors(layer):
                layer.register_forward_pre_hook(self._lend)
                layer.register_forward_hook(self._take_back, always_call=True)

    def _lend(self, layer: Any, _inputs: Any) -> None:
        # Parameters stay the same objects, since two models may share them; only their data moves.
        self._lent[layer] = [(tensor, tensor.data) for tensor in _own_tensors(layer)]
        for tensor, data in self._lent[layer]:
            tensor.data = _fetch(data, self.device)

    def _take_back(self, layer: Any, _inputs: Any, _output: Any) -> None:
        for tensor, data in self._lent.pop(layer, ()):
            tensor.data = data


def _enter(stage: Stage, model: ref[Any], _door: Any, _inputs: Any) -> None:
    stage.enter(model())


def _doors(model: Any) -> tuple[Any, ...]:
    """Return what is called when a model is used: of a VAE its parts, never the whole."""
    return tuple(model.children()) if hasattr(model, "decode") else (model,)


def _own_tensors(layer: Any) -> list[torch.Tensor]:
    """Return the weights and buffers that a layer holds itself, not by its children."""
    tensors = (*layer._parameters.values(), *layer._buffers.values())
    return [tensor for tensor in tensors if tensor is not None]


def _bring(model: Any, device: torch.device) -> None:
    model.to(device)


def _send_home(model: Any) -> None:
    model.to("cpu")


def _fetch(data: torch.Tensor, device: torch.device) -> torch.Tensor:
    return data.to(device)
