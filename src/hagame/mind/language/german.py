"""The catalogue of German."""

TEMPLATES = {
    "evidence.nothing": "So etwas ist noch nicht vorgekommen.",
    "evidence.taken": "{when:capital} hast du in {taken} von {seen:plural(Fall|Fällen)} {did}.",
    "evidence.taken-always": "Du hast in {taken} von {seen:plural(Fall|Fällen)} {did}.",
    "evidence.reply": (
        "{when:capital} wäre in {taken} von {seen:plural(Fall|Fällen)} {what} die beste Antwort gewesen."
    ),
    "evidence.reply-always": (
        "{what:capital} wäre in {taken} von {seen:plural(Fall|Fällen)} die beste Antwort gewesen."
    ),
    "evidence.rest": "Alles andere: {n:plural(schwächere Art|schwächere Arten)} von Hinweisen zusammen.",
    "evidence.values": (
        "Was bisher gezahlt wurde, spricht für {name}, gewählt in {taken} von {seen:plural(Runde|Runden)} "
        "dieser Partie."
    ),
    "evidence.unpaid": "Es wurde noch nichts gezahlt.",
    "evidence.tendencies": (
        "Wie du zum Wiederholen und zum Wechseln neigst, spricht für {name}, gewählt in {taken} von "
        "{seen:plural(Runde|Runden)} dieser Partie."
    ),
    "evidence.options": "Wie die Möglichkeiten aussehen, spricht für {name}.",
    "evidence.people": (
        "Andere haben in solchen Lagen öfter {name} gewählt, als deine eigene Vergangenheit erwarten lässt."
    ),
    "when.start": "zu Beginn einer Partie",
    "when.after": "{parts:join( und )}",
    "when.moves": "nach {own:join(, )} gegen {other:join(, )}",
    "when.own": "nach deinem {own:join(, )}",
    "when.own-two": "nach erst {first}, dann {then}",
    "when.opponent": "nach {other:join(, )} der KI",
    "when.outcomes": "nach {outcomes:join(, dann )}",
    "when.your-steps": "nach deinem {steps:join(, dann )}",
    "when.opponent-steps": "nach {steps:join(, dann )} der KI",
    "outcome.contest-loss": "einer Niederlage",
    "outcome.contest-tie": "einem Unentschieden",
    "outcome.contest-win": "einem Sieg",
    "outcome.paid-loss": "einem schlechten Ausgang",
    "outcome.paid-tie": "einem mittleren Ausgang",
    "outcome.paid-win": "einem guten Ausgang",
    "outcome.compared-loss": "weniger Gewinn als die KI",
    "outcome.compared-tie": "gleichem Gewinn",
    "outcome.compared-win": "mehr Gewinn als die KI",
    "step.repeated": "Wiederholen",
    "step.up": "Wechsel nach oben",
    "step.down": "Wechsel nach unten",
    "step.changed": "Wechsel",
    "step.on": "Wechsel um {n:plural(Platz|Plätze)} in der Liste",
    "did.repeated": "deinen letzten Zug wiederholt (jetzt {name})",
    "did.copied": "den letzten Zug der KI übernommen (jetzt {name})",
    "did.chose": "{what} gewählt",
    "did.own-step": "{name} nach {last} (oder einen Schritt wie diesen) gewählt",
    "did.opponent-step": "{name} nach {last} der KI (oder einen Schritt wie diesen) gewählt",
    "what.place": "Platz {n}",
    "what.own": "dein letzter Zug (jetzt {name})",
    "what.own-beats": "das, was deinen letzten Zug schlägt (jetzt {name}),",
    "what.own-loses-to": "das, was gegen deinen letzten Zug verliert (jetzt {name}),",
    "what.own-other": "ein anderer als dein letzter Zug (jetzt {name})",
    "what.own-step": "{name} nach {last} (oder ein Schritt wie dieser)",
    "what.opponent": "der letzte Zug der KI (jetzt {name})",
    "what.opponent-beats": "das, was den letzten Zug der KI schlägt (jetzt {name}),",
    "what.opponent-loses-to": "das, was gegen den letzten Zug der KI verliert (jetzt {name}),",
    "what.opponent-other": "ein anderer als der letzte Zug der KI (jetzt {name})",
    "what.opponent-step": "{name} nach {last} der KI (oder ein Schritt wie dieser)",
    "change.said": "Etwa ab Runde {since} hast du anders gespielt: {habit}.",
    "change.always": (
        "vorher hast du in {before} von {of_before} Runden {action} gewählt, seither in {after} von {of_after}"
    ),
    "change.choice": (
        "{when} hast du vorher in {before} von {of_before} Runden {action} gewählt, seither in {after} von {of_after}"
    ),
    "change.stay": (
        "{when} hast du vorher in {before} von {of_before} Runden deinen Zug wiederholt, "
        "seither in {after} von {of_after}"
    ),
    "change.step": "{when}: {step} vorher in {before} von {of_before} Runden, seither in {after} von {of_after}",
    "counterfactual.flip": (
        "Die KI hätte {then} erwartet ({then_p:percent}) und nicht {now} ({now_p:percent}), wäre {changes:join( und )}."
    ),
    "counterfactual.own": "in Runde {round} {then} statt {now} dein Zug gewesen",
    "counterfactual.opponent": "in Runde {round} {then} statt {now} der Zug der KI gewesen",
    "counterfactual.none": (
        "Keine Änderung von einem oder zwei Zügen der letzten {rounds} Runden hätte geändert, was die KI erwartete."
    ),
    "counterfactual.unsuited": (
        "Was die Vorhersage geändert hätte, wird nur für wiederholte Spiele in Normalform berechnet."
    ),
    "counterfactual.no-past": "Vor dieser Vorhersage gab es in dieser Partie keine Runde.",
    "counterfactual.too-long": (
        "Die Partie ist zu lang, um sie noch einmal zu rechnen: mehr als {most} Runden gingen voraus."
    ),
    "counterfactual.not-reproduced": (
        "Die Vorhersage lässt sich nicht noch einmal machen, denn was die KI vor dieser Partie von dir wusste, "
        "ist nicht aufbewahrt."
    ),
    "alike.past": "Vor Runde {round} war es fast ebenso; dann hast du {action} gewählt.",
    "alike.past-exact": "Vor Runde {round} waren die letzten {n} Runden gleich; dann hast du {action} gewählt.",
    "profile.own": "was du in den Runden davor getan hast",
    "profile.opponent": "was die KI in den Runden davor getan hat",
    "profile.outcome": "wie die letzten Runden ausgingen",
    "profile.mixed": "was du getan hast und worauf es traf oder was es brachte, zusammen",
    "profile.always": "welche Züge du magst",
    "profile.reply": "was am meisten gezahlt hätte",
    "profile.values": "was jede Wahl bisher gezahlt hat",
    "profile.tendencies": "wie du zum Wiederholen und zum Wechseln neigst",
    "profile.options": "wie die Möglichkeiten aussehen",
    "profile.people": "was andere in solchen Lagen tun",
    "profile.rest": "viele schwache Zeichen zusammen",
    "profile.other": "andere Hinweise",
    "feedback.read": "Die KI konnte dich besser lesen als durch Raten.",
    "feedback.not-read": "Du warst schwer zu lesen: die KI sah deine Züge kaum besser voraus als durch Raten.",
    "feedback.too-few": "Noch zu wenige Entscheidungen, um viel über dich zu sagen.",
    "feedback.score-alone": "In {decisions:plural(Entscheidung|Entscheidungen)} hast du {score} bekommen.",
    "feedback.score": (
        "In {decisions:plural(Entscheidung|Entscheidungen)} hast du {score} bekommen und die KI {other}: "
        "{wins}-mal mehr als die KI, {ties}-mal gleich viel und {losses}-mal weniger."
    ),
    "feedback.predictability": (
        "Die KI hat {hits} von {choices:plural(Wahl|Wahlen)} vorausgesehen ({share:percent}); durch Raten wären es "
        "{chance:percent}. Sie wusste {bits} Bit über jeden deiner Züge, wobei 0 nichts ist."
    ),
    "feedback.even": (
        "Bei {n:plural(Wahl|Wahlen)} hielt sie alle deine Züge für gleich wahrscheinlich; das gilt weder bei ihr noch "
        "beim Raten als vorausgesehen."
    ),
    "feedback.learning": (
        "Sie hat {early} der {before} Wahlen der ersten Hälfte vorausgesehen und {late} der {after} der zweiten."
    ),
    "feedback.habit": (
        "{did:capital}, in {taken} von {seen:plural(Fall|Fällen)}; zufällig wären es {share:percent}. "
        "Die KI hat {foreseen} von diesen {taken} vorausgesehen, und sie brachten dir im Mittel je {paid}."
    ),
    "feedback.actions": (
        "Dein bester Zug war {good}: im Mittel je {high} in {n:plural(Runde|Runden)}; dein schlechtester war {bad}: "
        "{low} in {m:plural(Runde|Runden)}."
    ),
    "feedback.clue": (
        "Am meisten verraten hat dich, {kinds:join( und )}. In Runde {turn} ging die KI hiernach: „{statement}“"
    ),
    "feedback.use": (
        "Züge, die die KI voraussah, brachten dir im Mittel je {foreseen}, solche, die sie nicht voraussah, "
        "{unforeseen}."
    ),
    "feedback.surprise": "Am meisten überrascht hast du sie in Runde {turn}: sie gab {action} {probability:percent}.",
    "habit.always": "du hast {did}",
    "habit.after": "{when} hast du {did}",
    "habit.always-often": "du hast oft {did}",
    "habit.after-often": "{when} hast du oft {did}",
    "habit.stay": "deinen Zug wiederholt",
    "habit.shift": "deinen Zug gewechselt",
    "habit.after-own": "nach deinem {move}",
    "habit.after-opponent": "nach {move} der KI",
    "clue.always": "welchen Zug du magst",
    "clue.own": "was deine letzten Züge waren",
    "clue.opponent": "was die letzten Züge der KI waren",
    "clue.outcome": "wie die letzten Runden ausgingen",
    "clue.other": "was eine Art von Hinweisen sagte",
    "advice.play-on": "Spiel weiter: mit mehr Entscheidungen gibt es mehr zu sagen.",
    "advice.keep-mixing": (
        "Mische weiter so, und lass weder Siege noch Niederlagen über deinen nächsten Zug entscheiden."
    ),
    "advice.draw-lots": (
        "Keine einzelne Gewohnheit sticht hervor, und doch las dich die KI aus vielen kleinen zusammen. Lass ab und zu "
        "etwas außerhalb des Spiels entscheiden, etwa die Sekunden einer Uhr."
    ),
    "advice.change-midway": (
        "Die KI las dich umso besser, je länger sie zusah. Ändere deine Spielweise mitten in einer Partie."
    ),
    "advice.break": "{did:capital}: das brachte dir weniger als deine anderen Züge. Versuche, es seltener zu tun.",
    "advice.keep": "{did:capital}: das brachte dir mehr als deine anderen Züge. Es lohnt sich, dabei zu bleiben.",
    "why.random": "Ich habe aus allen meinen Zügen gelost, jeden mit gleicher Chance.",
    "why.equilibrium": "Ich habe das Gleichgewicht dieses Spiels gespielt; deine Gewohnheiten zählen dabei nicht.",
    "why.near-equilibrium": "Ich habe fast das Gleichgewicht gespielt; deine Gewohnheiten zählen dabei nicht.",
    "why.best-response": (
        "{action} brachte am meisten gegen das, was ich von dir erwartet habe, am ehesten {likely} "
        "({probability:percent})."
    ),
    "why.mixed-in": (
        "Ich habe {action} eingestreut, um schwer lesbar zu bleiben; meiner Vorhersage habe ich zu "
        "{trust:percent} vertraut."
    ),
    "why.tutor-lately": "Du sollst in {target:percent} der Fälle Erfolg haben; zuletzt waren es {lately:percent}.",
    "why.tutor-after": (
        "Du sollst in {target:percent} der Fälle Erfolg haben; nach diesem Zug sehe ich dich bei {after:percent}."
    ),
    "why.people-here": "Ich habe gezogen, wie Menschen hier meist ziehen.",
    "why.person": "Ich habe getan, was ein Mensch an meiner Stelle tun könnte.",
    "why.as-people": "Ich habe {action} gewählt, wie es {share:percent} der Menschen täten.",
    "why.reasoned": "Ich habe {steps:plural(Schritt|Schritte)} vorausgedacht und {action} gewählt.",
    "why.stayed": "{action} hatte genug gebracht, also bin ich dabei geblieben.",
    "why.shifted": "{action} hatte nichts gebracht, also habe ich gewechselt.",
    "why.nothing-known": "Ich hatte keinen Anhalt, also habe ich gelost.",
    "why.lapsed": "Ich war unachtsam und habe irgendetwas gewählt.",
    "why.lapsed-move": "Ich war unachtsam und habe irgendwie gezogen.",
    "why.rule": "Meine Regel sagte: {step}, von {origin} aus.",
    "why.rule-unknown": "Meine Regel hatte keinen Anhalt, also habe ich gelost.",
    "why.rule-impossible": "Meine Regel ließ sich hier nicht einhalten, also habe ich gelost.",
    "why.rule-lapsed": "Ich bin von meiner Regel abgewichen.",
    "why.step-same": "dasselbe noch einmal",
    "why.step-further": "eins weiter",
    "why.step-back": "eins zurück",
    "why.my-move": "meinem letzten Zug",
    "why.your-move": "deinem letzten Zug",
    "why.looked": "Ich habe {depth:plural(Zug|Züge)} vorausgeschaut, auf {nodes:grouped} Stellungen, {hope}.",
    "why.liked": "und das hat mir am besten gefallen",
    "why.even": "und es sah ausgeglichen aus",
    "why.i-win": "und gesehen, dass ich gewinnen kann",
    "why.you-win": "und gesehen, dass du gewinnen kannst",
    "why.tried": "Ich habe meine Züge in {games:grouped} Spielen ausprobiert; dieser brachte im Mittel {value:number}.",
    "why.tried-out": "Ich habe meine Züge in {games:grouped} Spielen ausprobiert.",
    "why.axelrod-cooperated": "{strategy} hat kooperiert.",
    "why.axelrod-defected": "{strategy} hat defektiert.",
    "why.best-arm": "Ich hielt {arm} zu {share:percent} für meinen besten Arm und habe gelost.",
    "why.could-pay-most": "{arm} könnte am meisten bringen, soweit ich weiß.",
    "why.paid-best": "{arm} hat mir bisher am meisten gebracht; ich bleibe meist bei dem, was sich lohnt.",
    "why.fair": "Ich habe {action} gewählt; das passt mir am besten, wenn ich zähle, was jeder von uns bekommt.",
    "why.offered": "Ich habe {action} geboten: Ich erwarte, dass du {best} mit {chance:percent} annimmst.",
    "why.sent": "Ich habe {action} geschickt: Ich erwarte, dass du {share:percent} von dem zurückgibst, was ankommt.",
    "why.gave": "Ich habe {action} gegeben: Ich habe erwartet, dass die anderen je {mean:number} geben.",
    "why.free-rider": "Ich habe alles behalten, was auch immer die anderen tun.",
    "why.good-will": "Ich habe mit gutem Willen begonnen.",
    "why.others-gave": "Die anderen haben in der letzten Runde je {mean:number} gegeben; darauf habe ich geantwortet.",
    "why.watch": "Ich schaue nur zu.",
}
