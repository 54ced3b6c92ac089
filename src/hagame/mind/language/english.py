"""The catalogue of English."""

TEMPLATES = {
    # Evidence behind a prediction.
    "evidence.nothing": "Nothing like this has come up yet.",
    "evidence.taken": "{when:capital}, you {did} in {taken} of {seen:plural(case|cases)}.",
    "evidence.taken-always": "You {did} in {taken} of {seen:plural(case|cases)}.",
    "evidence.reply": "{when:capital}, {what} would have been the best reply in {taken} of {seen:plural(case|cases)}.",
    "evidence.reply-always": "{what:capital} would have been the best reply in {taken} of {seen:plural(case|cases)}.",
    "evidence.rest": "Everything else: {n:plural(weaker kind|weaker kinds)} of evidence together.",
    "evidence.values": (
        "What was paid so far speaks for {name}, chosen in {taken} of {seen:plural(round|rounds)} of this match."
    ),
    "evidence.unpaid": "Nothing has been paid yet.",
    "evidence.tendencies": (
        "How you tend to repeat and to change speaks for {name}, chosen in {taken} of {seen:plural(round|rounds)} "
        "of this match."
    ),
    "evidence.options": "What the options look like speaks for {name}.",
    "evidence.people": "Other people in situations like this chose {name} more often than your own past tells.",
    # When a row of counts is visited.
    "when.start": "at the start of a match",
    "when.after": "{parts:join( and )}",
    "when.moves": "after you played {own:join(, )} against {other:join(, )}",
    "when.own": "after you played {own:join(, )}",
    "when.own-two": "after you played {first}, then {then},",
    "when.opponent": "after the opponent played {other:join(, )}",
    "when.outcomes": "after {outcomes:join(, then )}",
    "when.your-steps": "after you {steps:join(, then )}",
    "when.opponent-steps": "after the opponent {steps:join(, then )}",
    "outcome.contest-loss": "a loss",
    "outcome.contest-tie": "a tie",
    "outcome.contest-win": "a win",
    "outcome.paid-loss": "a bad outcome",
    "outcome.paid-tie": "an even outcome",
    "outcome.paid-win": "a good outcome",
    "outcome.compared-loss": "getting less than the opponent",
    "outcome.compared-tie": "getting the same",
    "outcome.compared-win": "getting more than the opponent",
    "step.repeated": "repeated",
    "step.up": "switched up",
    "step.down": "switched down",
    "step.changed": "switched",
    "step.on": "went {n} down the list",
    # What was done, or would have been best.
    "did.repeated": "repeated your last move (now {name})",
    "did.copied": "copied the opponent's last move (now {name})",
    "did.chose": "chose {what}",
    "did.own-step": "chose {name} after {last} (or a step like it)",
    "did.opponent-step": "chose {name} after the opponent's {last} (or a step like it)",
    "what.place": "place {n}",
    "what.own": "your last move (now {name})",
    "what.own-beats": "what beats your last move (now {name})",
    "what.own-loses-to": "what loses to your last move (now {name})",
    "what.own-other": "another move than your last move (now {name})",
    "what.own-step": "{name} after {last} (or a step like it)",
    "what.opponent": "the opponent's last move (now {name})",
    "what.opponent-beats": "what beats the opponent's last move (now {name})",
    "what.opponent-loses-to": "what loses to the opponent's last move (now {name})",
    "what.opponent-other": "another move than the opponent's last move (now {name})",
    "what.opponent-step": "{name} after the opponent's {last} (or a step like it)",
    # A change of strategy.
    "change.said": "About round {since} you began to play differently: {habit}.",
    "change.always": "you chose {action} in {before} of {of_before} rounds before, and in {after} of {of_after} since",
    "change.choice": (
        "{when} you chose {action} in {before} of {of_before} rounds before, and in {after} of {of_after} since"
    ),
    "change.stay": (
        "{when} you repeated your move in {before} of {of_before} rounds before, and in {after} of {of_after} since"
    ),
    "change.step": "{when} you {step} in {before} of {of_before} rounds before, and in {after} of {of_after} since",
    # What would have been expected otherwise.
    "counterfactual.flip": (
        "Had {changes:join( and )}, the AI would have expected {then} ({then_p:percent}) "
        "and not {now} ({now_p:percent})."
    ),
    "counterfactual.own": "you played {then} instead of {now} in round {round}",
    "counterfactual.opponent": "the AI played {then} instead of {now} in round {round}",
    "counterfactual.none": (
        "No change of one or two moves of the last {rounds} rounds would have changed what the AI expected."
    ),
    "counterfactual.unsuited": "What would have changed the prediction is only computed for repeated normal forms.",
    "counterfactual.no-past": "No round of this match came before this prediction.",
    "counterfactual.too-long": "The match is too long to be replayed: more than {most} rounds came before.",
    "counterfactual.not-reproduced": (
        "The prediction cannot be made again, for what the AI knew of you before this match is not kept."
    ),
    # Situations that were alike.
    "alike.past": "Before round {round} it was much the same; then you chose {action}.",
    "alike.past-exact": "Before round {round} the last {n} rounds were the same; then you chose {action}.",
    # What makes a person predictable.
    "profile.own": "what you did in the rounds before",
    "profile.opponent": "what the AI did in the rounds before",
    "profile.outcome": "how the last rounds ended",
    "profile.mixed": "what you did and what it met or brought, together",
    "profile.always": "which moves you like",
    "profile.reply": "what would have paid best",
    "profile.values": "what each choice has paid so far",
    "profile.tendencies": "how you tend to repeat and to change",
    "profile.options": "what the options look like",
    "profile.people": "what other people do in such situations",
    "profile.rest": "many weak signs together",
    "profile.other": "other evidence",
    # Feedback on a match.
    "feedback.read": "The AI could read you better than by guessing.",
    "feedback.not-read": "You were hard to read: the AI foresaw your moves hardly better than by guessing.",
    "feedback.too-few": "Too few decisions yet to say much about you.",
    "feedback.score-alone": "In {decisions:plural(decision|decisions)} you got {score}.",
    "feedback.score": (
        "In {decisions:plural(decision|decisions)} you got {score} and the AI {other}: "
        "you got more than the AI {wins:plural(time|times)}, as much {ties:plural(time|times)}, and less "
        "{losses:plural(time|times)}."
    ),
    "feedback.predictability": (
        "The AI foresaw {hits} of {choices:plural(choice|choices)} ({share:percent}); guessing would reach "
        "{chance:percent}. It knew {bits} bits about each of your moves, where 0 is nothing."
    ),
    "feedback.even": (
        "In {n:plural(choice|choices)} it expected all your moves alike; that counts as foreseen neither for it nor "
        "for guessing."
    ),
    "feedback.learning": (
        "It foresaw {early} of the {before} choices of the first half and {late} of the {after} of the second."
    ),
    "feedback.habit": (
        "{did:capital} in {taken} of {seen:plural(case|cases)}; by chance it would be {share:percent}. "
        "The AI foresaw {foreseen} of these {taken}, and they paid you {paid} each on average."
    ),
    "feedback.actions": (
        "Your best move was {good}: {high} each on average in {n:plural(round|rounds)}; your worst was {bad}: "
        "{low} in {m:plural(round|rounds)}."
    ),
    "feedback.clue": (
        'What gave you away most was {kinds:join( and )}. In round {turn} the AI went by this: "{statement}"'
    ),
    "feedback.use": (
        "Moves that the AI foresaw paid you {foreseen} each on average, moves that it did not foresee {unforeseen}."
    ),
    "feedback.surprise": "You surprised it most in round {turn}: it gave {action} {probability:percent}.",
    "habit.always": "you {did}",
    "habit.after": "{when} you {did}",
    "habit.always-often": "you often {did}",
    "habit.after-often": "{when} you often {did}",
    "habit.stay": "repeated your move",
    "habit.shift": "changed your move",
    "habit.after-own": "after your own {move}",
    "habit.after-opponent": "after the AI's {move}",
    "clue.always": "which move you like",
    "clue.own": "your own last moves",
    "clue.opponent": "the AI's last moves",
    "clue.outcome": "how the last rounds ended",
    "clue.other": "one kind of evidence",
    "advice.play-on": "Play on: with more decisions there is more to say.",
    "advice.keep-mixing": "Keep mixing as you do, and let neither wins nor losses decide your next move.",
    "advice.draw-lots": (
        "No single habit stands out, yet the AI read you from many small ones together. Let something outside of the "
        "game decide now and then, such as the seconds on a clock."
    ),
    "advice.change-midway": (
        "The AI read you better the longer it watched. Change your way of playing in the middle of a match."
    ),
    "advice.break": "{did:capital}: that paid you less than your other moves. Try to do it less often.",
    "advice.keep": "{did:capital}: that paid you more than your other moves. It is worth keeping.",
    # What opponents say of their moves.
    "why.random": "I drew among all my actions with equal chances.",
    "why.equilibrium": "I played the equilibrium of this game, which ignores your habits.",
    "why.near-equilibrium": "I played a strategy near equilibrium, which ignores your habits.",
    "why.best-response": (
        "{action} paid best against what I expected of you, most likely {likely} ({probability:percent})."
    ),
    "why.mixed-in": "I mixed in {action} to stay hard to read; I trusted my prediction of you to {trust:percent}.",
    "why.tutor-lately": "You should succeed {target:percent} of the time; lately it was {lately:percent}.",
    "why.tutor-after": "You should succeed {target:percent} of the time; after this move I see you at {after:percent}.",
    "why.people-here": "I moved as people tend to move here.",
    "why.person": "I did what a person in my place might do.",
    "why.as-people": "I chose {action}, as {share:percent} of people would.",
    "why.reasoned": "I reasoned {steps:plural(step|steps)} ahead and chose {action}.",
    "why.stayed": "{action} had paid well enough, so I stayed with it.",
    "why.shifted": "{action} had not paid, so I changed.",
    "why.nothing-known": "I had nothing to go by, so I drew any action.",
    "why.lapsed": "I lapsed and drew any action.",
    "why.lapsed-move": "I lapsed and drew any move.",
    "why.rule": "My rule said: {step} from {origin}.",
    "why.rule-unknown": "My rule had nothing to go by, so I drew.",
    "why.rule-impossible": "My rule was not to be kept here, so I drew.",
    "why.rule-lapsed": "I lapsed from my rule.",
    "why.step-same": "the same again",
    "why.step-further": "one further",
    "why.step-back": "one back",
    "why.my-move": "my last move",
    "why.your-move": "your last move",
    "why.looked": "I looked {depth:plural(move|moves)} ahead, at {nodes:grouped} positions, {hope}.",
    "why.liked": "and liked this best",
    "why.even": "and it looked even",
    "why.i-win": "and saw that I can win",
    "why.you-win": "and saw that you can win",
    "why.tried": "I tried my moves out in {games:grouped} games; this one paid {value:number} on average.",
    "why.tried-out": "I tried my moves out in {games:grouped} games.",
    "why.axelrod-cooperated": "{strategy} cooperated.",
    "why.axelrod-defected": "{strategy} defected.",
    "why.best-arm": "I took {arm} to be my best arm with {share:percent}, and drew.",
    "why.could-pay-most": "{arm} could pay most, as far as I know.",
    "why.paid-best": "{arm} has paid me best so far; I mostly keep to what pays.",
    "why.fair": "I chose {action}, which suits me best when I count what each of us gets.",
    "why.offered": "I offered {action}: I expect you to accept {best} with {chance:percent}.",
    "why.sent": "I sent {action}: I expect you to give back {share:percent} of what arrives.",
    "why.gave": "I gave {action}: I expected the others to give {mean:number} each.",
    "why.free-rider": "I kept everything, whatever the others do.",
    "why.good-will": "I began with good will.",
    "why.others-gave": "The others gave {mean:number} each in the last round; I answered that.",
    "why.watch": "I only watch.",
}
