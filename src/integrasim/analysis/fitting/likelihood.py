"""Maximum likelihood by statsmodels, with its warnings turned into a decision."""

from __future__ import annotations

import warnings
from typing import Any

from integrasim.extras import import_extra

__all__ = ["maximise"]


def maximise(model: Any, **options: Any) -> Any:  # noqa: ANN401 (statsmodels has no types)
    """Fit a model of statsmodels; where its first search does not converge, search on.

    Parameters
    ----------
    model
        A model with ``fit``.
    **options
        For ``fit``.

    Returns
    -------
    object
        The results. The second search is that of Nelder and Mead, which needs no gradient, from
        where the first one ended.
    """
    tools: Any = import_extra("statsmodels.tools.sm_exceptions", extra="hindcast")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tools.ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        results = model.fit(disp=0, **options)
        if not results.mle_retvals["converged"]:
            again = options | {"start_params": results.params, "method": "nm", "maxiter": 5000}
            results = model.fit(disp=0, **again)
    return results
