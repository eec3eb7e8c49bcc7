"""Talk about us: our team, company, plans, process, what we did. An introduction of one breath is not it.

The design's `us-focus`. Doing something for them together (*we could call on Tuesday*) is not about us, so *we* alone
proves nothing: it takes *we* or *our* with a word of our own house.
"""

from __future__ import annotations

from salesnerd_tui.coach.normalize import phrases

_HOUSE = phrases(
    "(?:our|my) (?:[a-z-]+ )?(?:team|teams|company|companies|startup|founder|founders|cofounder|ceo|cto|investors|"
    "investor|engineers|developers|colleague|colleagues|teammate|teammates|mission|vision|values|culture|history|"
    "story|journey|office|offices|roadmap|backlog|sprint|sprints|board|process|processes|workflow|methodology|"
    "strategy|marketing|growth|revenue|funding|customers|clients|users|awards|partners|partnership|business|model|"
    "approach|philosophy|work|workload|progress|plan|plans|deadline|exams?|university|course|instructors?|supervisor|"
    "repository|repo|codebase|architecture|stack|infrastructure|quality|tests|documentation|analysis|competitors)",
    "we(?:'re| are| were|'ve| have)? (?:a|an|the|been|also|now|currently|actually|really|all|just|still|always|proud|"
    "founded|backed|based|growing|hiring|expanding|leading|planning|working|known|used by|trusted) ?(?:[a-z-]+ "
    "){0,2}(?:team|company|startup|leader|founded|backed|based|growing|hiring|expanding|market|world|year|years|"
    "people|employees|engineers|proud|clients|customers)",
    "we (?:raised|founded|started|launched|pivoted|hired|grew|expanded|won|believe|pride|organized|organised|"
    "discussed internally|held|conducted|planned|prioriti[sz]ed|reformatted|decomposed|split|assigned|distributed|"
    "estimated)",
    "(?:sprint|backlog|scrum|standup|retro|retrospective|velocity|story points|kanban board|gitlab board|task "
    "tracker|milestone|burndown)",
    "(?:founded|established|headquartered) in",
    "(?:i|we) (?:personally|myself|ourselves)",
    "(?:i|we) (?:studied|graduated|worked at|used to work)",
)


def about_us(line: str) -> bool:
    """True when this sentence of mine is about our own house."""
    return bool(_HOUSE.search(line))
