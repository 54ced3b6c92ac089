"""German for parameters of games, as forms show them, by the English text of their schemas."""

LABELS = {
    "Arms": "Arme",
    "Rewards": "Belohnungen",
    "Start": "Anfang",
    "Sd": "Standardabweichung",
    "Noise sd": "Standardabweichung des Rauschens",
    "Walk": "Wanderung",
    "Decay": "Rückkehr",
    "Centre": "Mitte",
    "Low": "Kleinstes",
    "High": "Größtes",
    "Limits": "Grenzen",
    "Digits": "Nachkommastellen",
    "Full feedback": "Volle Rückmeldung",
    "Rounds": "Runden",
    "Preset": "Vorlage",
    "Pairs": "Paare",
    "Unit": "Einheit",
    "Shuffled": "Gemischt",
    "Pie": "Zu teilen",
    "Questions": "Fragen",
    "Revise": "Noch einmal fragen",
    "Live": "Von anderen hier",
    "Middle": "Mitte",
    "Partners": "Partner",
    "Prize": "Preis",
    "First": "Wer beginnt",
    "Size": "Größe",
    "Width": "Breite",
    "Height": "Höhe",
    "In a row": "In einer Reihe",
    "Gravity": "Schwerkraft",
    "Actions": "Züge",
    "Opponent actions": "Züge der KI",
    "Payoffs": "Auszahlungen",
    "Zero sum": "Nullsumme",
    "Opponent payoffs": "Auszahlungen der KI",
    "Continuation": "Fortsetzung",
    "At most": "Höchstens",
    "Heaps": "Haufen",
    "Misere": "Misère",
    "Game": "Spiel",
    "Seat": "Platz",
    "Dilemmas": "Dilemmas",
    "Endowment": "Ausstattung",
    "Multiplier": "Vervielfachung",
    "Blocks": "Blöcke",
    "Answers": "Antworten",
    "Items": "Aufgaben",
    "Paid": "Bezahlt",
    "Repeats": "Wiederholungen",
    "Bisect": "Halbieren",
    "Trustee endowment": "Ausstattung des Treuhänders",
    "Role": "Rolle",
    "Common": "Üblicher Weg",
    "Move limit": "Zeit pro Zug",
    "Seconds": "Sekunden",
    "Move limit: seconds": "Zeit pro Zug: Sekunden",
    "Move limit: action": "Zeit pro Zug: Zug",
    "Rounds: continuation": "Runden: Fortsetzung",
    "Rounds: at most": "Runden: höchstens",
    "Means": "Mittelwerte",
    "Mean": "Mittelwert",
    "P": "p",
    "Action": "Zug",
}

OPTIONS = {
    "=player": "Mensch",
    "=ai": "KI",
    "=random": "ausgelost",
    "=rock-paper-scissors": "Stein, Papier, Schere",
    "=matching-pennies": "Kopf oder Zahl",
    "=prisoners-dilemma": "Gefangenendilemma",
    "=stag-hunt": "Hirschjagd",
    "=chicken": "Feiglingsspiel",
    "=battle-of-the-sexes": "Kampf der Geschlechter",
    "=each": "jede",
    "=one": "eine",
    "=none": "keine",
    "=alternating": "abwechselnd",
    "=binary": "ja oder nein",
    "=gaussian": "gaußsch",
    "=mean": "Mittelwert",
    "=median": "Median",
    "=holt-laury": "Holt und Laury",
    "=kahneman-tversky": "Kahneman und Tversky",
    "=loss-aversion": "Verlustscheu",
    "=certainty-equivalents": "Sichere Gegenwerte",
    "=kirby": "Kirby",
}

HELP = {
    "Time for each move; none unless given": "Zeit für jeden Zug; ohne Angabe keine Grenze",
    "How long the person may think about one move, and what is chosen for those who do not come back in time.": (
        "Wie lange der Mensch über einen Zug nachdenken darf, und was gewählt wird, wenn er nicht rechtzeitig zieht."
    ),
    "What is chosen when the time is over; drawn evenly where this is not given or not legal": (
        "Was gewählt wird, wenn die Zeit um ist; gleichmäßig gelost, wo das fehlt oder nicht erlaubt ist"
    ),
    "What may be pulled": "Was gezogen werden kann",
    "1 or 0, or numbers around the mean": "1 oder 0, oder Zahlen um den Mittelwert",
    "One mean per arm, dealt to the arms at random in each match; or how means are drawn": (
        "Ein Mittelwert je Arm, in jeder Partie zufällig verteilt; oder wie die Mittelwerte gezogen werden"
    ),
    "Means of the arms that are drawn anew for each match, from a normal distribution.": (
        "Mittelwerte der Arme, für jede Partie neu aus einer Normalverteilung gezogen."
    ),
    "Standard deviation of gaussian rewards around their mean": (
        "Standardabweichung gaußscher Belohnungen um ihren Mittelwert"
    ),
    "How means change from round to round; they stay unless given": (
        "Wie sich die Mittelwerte von Runde zu Runde ändern; ohne Angabe bleiben sie"
    ),
    "How means change after each round: to decay mean + (1 - decay) centre + N(0, sd), reflected at the bounds.": (
        "Wie sich die Mittelwerte nach jeder Runde ändern: zu Rückkehr mal Mittelwert plus (1 - Rückkehr) mal Mitte "
        "plus N(0, sd), an den Grenzen gespiegelt."
    ),
    "Least and most that gaussian rewards pay; what lies outside is moved to them": (
        "Was gaußsche Belohnungen mindestens und höchstens zahlen; was darüber hinausgeht, wird dorthin verschoben"
    ),
    "Decimals to which gaussian rewards are rounded": "Stellen, auf die gaußsche Belohnungen gerundet werden",
    "Whether the rewards of the arms not pulled are shown, too": (
        "Ob auch die Belohnungen der nicht gezogenen Arme gezeigt werden"
    ),
    "How many pulls": "Wie viele Züge",
    "The 27 pairs of the questionnaire; then give no `pairs`": "Die 27 Paare des Fragebogens; dann keine Paare angeben",
    "[[amount, days], [amount, days]], the sooner one first": "[[Betrag, Tage], [Betrag, Tage]], das frühere zuerst",
    "Of the amounts": "Der Beträge",
    "Whether pairs come in an order drawn for each match": (
        "Ob die Paare in einer je Partie gelosten Reihenfolge kommen"
    ),
    "How many rounds": "Wie viele Runden",
    "Units to divide in each round": "Einheiten, die in jeder Runde zu teilen sind",
    "Whether each question that has a crowd is asked again after the crowd's answer is shown": (
        "Ob jede Frage mit Schwarm noch einmal gestellt wird, nachdem dessen Antwort gezeigt ist"
    ),
    "With `revise`: whether questions without a crowd of their own are asked again, too, after what other "
    "players of this game have said is shown, once they are five": (
        "Ob auch Fragen ohne eigenen Schwarm noch einmal gestellt werden, nachdem gezeigt ist, was andere hier "
        "sagten, sobald es fünf sind"
    ),
    "What the middle is multiplied with, above 0 and below 2, as a fraction or a decimal": (
        "Womit die Mitte malgenommen wird, über 0 und unter 2, als Bruch oder Dezimalzahl"
    ),
    "Which middle of all guesses": "Welche Mitte aller Zahlen",
    "AI players": "KIs, die mitspielen",
    "Of each round": "Jeder Runde",
    "Who moves first; `random` draws it at the start of each match": (
        "Wer zuerst zieht; ausgelost wird am Anfang jeder Partie"
    ),
    "Cells along each edge": "Felder an jeder Kante",
    "How many cards are drawn": "Wie viele Karten gezogen werden",
    "Whether it is drawn which place holds which deck; else a to d, as usual": (
        "Ob ausgelost wird, wo welcher Stapel liegt; sonst a bis d, wie üblich"
    ),
    "Columns": "Spalten",
    "Rows; `width` times `height` may be at most 49": "Zeilen; Breite mal Höhe höchstens 49",
    "How many stones in a line win": "Wie viele Steine in einer Linie gewinnen",
    "Whether stones fall down their column": "Ob Steine in ihrer Spalte nach unten fallen",
    "A textbook game; then only `rounds` may be given besides": (
        "Ein Spiel aus dem Lehrbuch; daneben darf nur die Zahl der Runden stehen"
    ),
    "What the person may choose": "Was der Mensch wählen kann",
    "What the AI may choose; the same as `actions` unless given": (
        "Was die KI wählen kann; ohne Angabe dasselbe wie der Mensch"
    ),
    "Of the person: one row per own action, one column per action of the AI": (
        "Des Menschen: eine Zeile je eigenem Zug, eine Spalte je Zug der KI"
    ),
    "What one side gets, the other loses": "Was die eine Seite bekommt, verliert die andere",
    "Of the AI, in rows and columns like `payoffs`. Unless given, the game is `zero_sum`, or symmetric: the AI "
    "gets what the person would get in its place": (
        "Der KI, in Zeilen und Spalten wie die Auszahlungen des Menschen. Ohne Angabe ist das Spiel eine Nullsumme "
        "oder symmetrisch: die KI bekommt, was der Mensch an ihrer Stelle bekäme"
    ),
    "How many rounds, or with which probability another follows": (
        "Wie viele Runden, oder mit welcher Wahrscheinlichkeit eine weitere folgt"
    ),
    "A length nobody knows: after each round the match goes on with probability `continuation`.": (
        "Eine Länge, die niemand kennt: nach jeder Runde geht die Partie mit dieser Wahrscheinlichkeit weiter."
    ),
    "Probability that another round follows": "Wahrscheinlichkeit, dass eine weitere Runde folgt",
    "The match ends after this many rounds in any case": "Nach so vielen Runden endet die Partie auf jeden Fall",
    "Matches in each heap at the start": "Streichhölzer in jedem Haufen am Anfang",
    "Whether taking the last match loses": "Ob verliert, wer das letzte Streichholz nimmt",
    "Name of the game, with parameters in parentheses where others than the defaults are wanted": (
        "Name des Spiels, mit Parametern in Klammern, wo andere als die üblichen gewünscht sind"
    ),
    "Which of the two players the person is": "Welcher der beiden Plätze der des Menschen ist",
    "AI partners in the group": "KI-Partner in der Gruppe",
    "Units that each one has in each round": "Einheiten, die jeder in jeder Runde hat",
    "The pot grows to so many times its size; less than the group size": (
        "Auf das Wievielfache der Topf wächst; weniger als die Größe der Gruppe"
    ),
    "How the two answers are called, yes first": "Wie die zwei Antworten heißen, ja zuerst",
    "Whether orders are drawn; else all are asked as listed": (
        "Ob die Reihenfolgen ausgelost werden; sonst wird gefragt, wie es dasteht"
    ),
    "Items of the literature; then neither `actions` nor `items` may be given": (
        "Aufgaben aus der Literatur; dann dürfen weder Züge noch Aufgaben angegeben sein"
    ),
    "Names of the options, alike in all items": "Namen der Möglichkeiten, in allen Aufgaben gleich",
    "Per item one gamble per action, each a list of [amount, probability] that sum to 1": (
        "Je Aufgabe ein Glücksspiel je Zug, jedes eine Liste von [Betrag, Wahrscheinlichkeit], zusammen 1"
    ),
    "each: every choice is played and paid at once; one: one of them, drawn at the end of the match; none: "
    "nothing is paid, the choices are hypothetical": (
        "jede: jede Wahl wird gleich gespielt und bezahlt; eine: eine davon, am Ende ausgelost; keine: nichts wird "
        "bezahlt, alles ist nur gedacht"
    ),
    "With `paid`: each, whether the other options are played, too": (
        "Wenn jede bezahlt wird: ob auch die anderen Möglichkeiten gespielt werden"
    ),
    "Whether items come in an order drawn for each match": (
        "Ob die Aufgaben in einer je Partie gelosten Reihenfolge kommen"
    ),
    "How often each item is asked, one after the other": "Wie oft jede Aufgabe gestellt wird, eine nach der anderen",
    "So many choices between each first option and an amount for sure, which halves after each choice what the "
    "gamble may be worth; the second options must be sure amounts, and are not asked": (
        "So viele Entscheidungen zwischen jeder ersten Möglichkeit und einem sicheren Betrag, der nach jeder "
        "halbiert, was das Glücksspiel wert sein kann; die zweiten müssen sichere Beträge sein und werden nicht "
        "gefragt"
    ),
    "Units that the investor has in each round": "Einheiten, die der Geber in jeder Runde hat",
    "Units that the trustee has besides": "Einheiten, die der Treuhänder außerdem hat",
    "What is sent arrives as so many times that": "Auf das Wievielfache das Geschickte wächst",
    "Whether the person moves first, second, or in turns with the AI, first in the first round": (
        "Ob der Mensch zuerst, als Zweiter oder abwechselnd mit der KI zieht, in der ersten Runde zuerst"
    ),
    "Chance that left leads to state 1 and right to state 2": (
        "Chance, dass links zu Zustand 1 führt und rechts zu Zustand 2"
    ),
    "Standard deviation of each chance per round": "Standardabweichung jeder Chance pro Runde",
    "Chances are reflected here": "Hier werden Chancen gespiegelt",
    "And here": "Und hier",
    "Pairs of choices; the original has 201": "Paare von Entscheidungen; das Original hat 201",
}
