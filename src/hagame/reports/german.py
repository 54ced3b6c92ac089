"""What a report says, in German."""

TEMPLATES = {
    "title.session": "Deine letzte Sitzung, {name}",
    "title.week": "Deine Woche, {name}",
    "title.month": "Dein Monat, {name}",
    "title.all": "Alles, was du gespielt hast, {name}",
    "subtitle": "{decisions} Entscheidungen in {matches} Partien, {first} bis {last} (UTC)",
    "nothing": "Nichts hebt sich vom Zufall ab. Auch das ist ein Ergebnis.",
    "changed": "Was sich geändert hat",
    "changed.few": "Zu wenige Entscheidungen, um eine Änderung zu erkennen: mindestens {least} sind nötig.",
    "changed.harder": "Du wurdest schwerer vorherzusehen: {bits} Bit weniger je Entscheidung in der zweiten Hälfte.",
    "changed.easier": "Die KI hat dich besser kennengelernt: {bits} Bit mehr je Entscheidung in der zweiten Hälfte.",
    "changed.not": "Zwischen der ersten und der zweiten Hälfte hebt sich keine Änderung vom Zufall ab.",
    "changed.interval": "Unterschied: {mean} Bit je Entscheidung (95-%-Intervall {low} bis {high}).",
    "strengths": "Stärken",
    "strength.unread": "Die KI wusste über deinen nächsten Zug nichts, was sich von Raten unterscheidet.",
    "strength.adapted": "Du hast dich angepasst: am Ende wusste die KI weniger über dich als am Anfang.",
    "strength.margin": "Du hast je Runde {margin} mehr erzielt als deine Gegner, über den Zufall hinaus.",
    "strength.best_response": (
        "Auf den letzten Zug deines Gegners hast du häufiger als nicht mit der besten Antwort reagiert."
    ),
    "strength.cooperation": "Du hast häufiger als nicht kooperiert, wo Defektieren dir mehr eingebracht hätte.",
    "patterns": "Muster, die auffielen",
    "advice": "Was du versuchen kannst",
    "advice.none": "Spiel noch etwas mehr: bisher gibt es nichts zu raten.",
    "predictable": "Wie vorhersehbar du warst",
    "predictable.foreseen": (
        "Die KI hat {foreseen} deiner Entscheidungen vorhergesehen; Raten hätte {chance} getroffen."
    ),
    "predictable.interval": "Sie wusste: {mean} Bit je Entscheidung (95-%-Intervall {low} bis {high}).",
    "predictable.time": "Die Hälfte deiner Entscheidungen dauerte weniger als {seconds} s.",
    "predictable.alt": (
        "Kurve der Bits, die die KI über jede Entscheidung wusste, als gleitendes Mittel; 0 ist Raten."
    ),
    "games": "Spiel für Spiel",
    "games.alt": (
        "Balken: Anteil der vorhergesehenen Entscheidungen in jedem Spiel, daneben der Anteil, den Raten trifft."
    ),
    "head.game": "Spiel",
    "head.matches": "Partien",
    "head.decisions": "Züge",
    "head.foreseen": "Gesehen",
    "head.chance": "Raten",
    "head.bits": "Bit",
    "head.payoff": "Ertrag",
    "head.lead": "Vorsprung",
    "traits": "Merkmale",
    "traits.alt": "Merkmale, die Anteile sind, jedes mit seinem 95-%-Intervall; die Linie liegt bei der Hälfte.",
    "head.trait": "Merkmal",
    "head.mean": "Mittel",
    "head.interval": "95-%-Intervall",
    "head.observations": "Beobachtungen",
    "between": "{low} bis {high}",
    "method": "Wie das zu lesen ist",
    "method.about": (
        "Jede Vorhersage wurde vor deinem Zug versiegelt und danach bewertet; nichts hier wurde an das angepasst, was "
        "es beschreibt. Bit sind der Logarithmus (zur Basis 2) davon, wie viel wahrscheinlicher als beim Raten die KI "
        "deinen Zug hielt: 0 ist Raten, unter 0 lag sie falsch. Intervalle decken 95 % ab. Was sich nicht vom Zufall "
        "abhebt, heißt weder Stärke noch Muster."
    ),
    "axis.choice": "Entscheidung",
    "axis.bits": "Bit, die die KI wusste",
    "axis.share": "Anteil, mit seinem 95-%-Intervall",
    "legend.foreseen": "vorhergesehen",
    "legend.chance": "durch Raten",
}
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
