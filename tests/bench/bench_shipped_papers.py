"""The shipped bank: how even the papers are for the demo's largest stop and for all its people at once.

For each standard specification 58 papers (the largest stop's villages) and 586 (everybody): the certificate's figures
beside the plain stratified draw, and what limits them. Difficulty is that of the authors' labels, as in a county that
begins. Budget: the spread at θ = 0 at least ten times smaller than the plain draw's. Where the bank stands in the way,
the share of the marks that lie in cells without a choice says how far.
"""

import sys
import time
from dataclasses import replace
from math import inf

from exam.papers.certificate import Certificate, certificate_of
from exam.papers.relaxing import select_or_relax
from exam.papers.standard import STANDARD, Standard
from question_bank.calibration import figures_of
from question_bank.enums import Audience
from tests.factories.drawing import shipped_bank

PAPERS = (58, 586)
BUDGET = 10.0
HASHES = dict.fromkeys(("bank_hash", "specification_hash", "papers_hash"), "")


def certified(standard: Standard, papers: int) -> tuple[Certificate, float]:
    """The certificate of so many papers, and the seconds of processor time that drawing them took."""
    audience = standard.audience or Audience.TOWN
    bank = [
        replace(each, figures=figures_of(each.kind, each.difficulty))
        for each in shipped_bank(standard.paper_kind, audience, None)
    ]
    began = time.process_time()
    found = select_or_relax(standard.plan, bank, papers=papers, seed=7)
    seconds = time.process_time() - began
    certificate = certificate_of(
        found.plan,
        bank,
        found.selection,
        spares=0,
        seed=7,
        own_seed=7,
        hashes=HASHES,
        county_lacks=bool(found.relaxation),
    )
    return certificate, seconds


def main() -> int:
    failed = []
    for standard in STANDARD:
        for papers in PAPERS:
            found, seconds = certified(standard, papers)
            levels = "  ".join(
                f"{name}: {found.spread[name]:.2f} / {found.random_spread[name]:.2f}" for name in found.spread
            )
            times = inf if found.times is None else found.times
            print(
                f"{standard.code:20} {papers:4} papers  spread / plain at θ {levels}  ({times:.1f} times at 0)\n"
                f"{'':20} exact {found.exact}, neighbours share ≤ {found.max_overlap} (plain {found.random_max_overlap}), "
                f"use CV {found.exposure_cv:.2f}, no choice {found.no_choice:.1%}, true SD about "
                f"{found.true_sd_estimate:.2f}, limits {', '.join(found.limits)}, {seconds:.2f} s",
                flush=True,
            )
            if times < BUDGET:
                failed.append(f"{standard.code}, {papers} papers: only {times:.1f} times")
    for each in failed:
        print("FAILED", each)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
