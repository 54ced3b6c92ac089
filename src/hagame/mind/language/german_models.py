"""German for parameters of models of strategic play, risk, delay, response times and boards, by the English text."""

STRATEGIC = {
    "Experience-weighted attraction": "Erfahrungsgewichtete Anziehung (EWA)",
    "Memory of past rounds": "Erinnerung an frühere Runden",
    "How much of what earlier rounds taught is kept from round to round.": (
        "Wie viel von dem, was frühere Runden lehrten, von Runde zu Runde bleibt."
    ),
    "Not memory as such: forgetting is wise where others change.": (
        "Nicht das Gedächtnis selbst: wo andere sich ändern, ist Vergessen klug."
    ),
    "Learning from what might have been": "Lernen aus dem, was gewesen wäre",
    "How much you learn from what other moves would have paid: 0 only from your own, 1 as much.": (
        "Wie viel du daraus lernst, was andere Züge gezahlt hätten: 0 nur aus deinen eigenen, 1 ebenso viel."
    ),
    "Not imagination: the best answer to the last move can also be a habit.": (
        "Nicht Vorstellungskraft: die beste Antwort auf den letzten Zug kann auch Gewohnheit sein."
    ),
    "Adding up": "Aufsummieren",
    "Whether attractions add up over rounds (1) or are averages (0).": (
        "Ob sich Anziehungen über Runden summieren (1) oder Mittelwerte sind (0)."
    ),
    "Hard to know from one match; its interval is often wide.": (
        "Aus einer Partie schwer zu erkennen; das Intervall ist oft breit."
    ),
    "Following attractions": "Der Anziehung folgen",
    "How strictly you choose what draws you most.": "Wie streng du wählst, was dich am meisten anzieht.",
    "Not skill: against somebody who learns you, being strict makes you readable.": (
        "Nicht Können: gegen jemanden, der dich lernt, macht Strenge dich lesbar."
    ),
    "Choice reinforcement": "Verstärkung der Wahl",
    "Weighted fictitious play": "Gewichtetes fiktives Spiel",
    "Levels of thinking": "Stufen des Denkens",
    "Even draws": "Gleichmäßiges Losen",
    "Share of choices that look like even draws.": "Anteil der Entscheidungen, die wie gleichmäßiges Losen aussehen.",
    "One step": "Ein Schritt",
    "Share, among the others, that answer even draws.": (
        "Anteil unter den übrigen, der auf gleichmäßiges Losen antwortet."
    ),
    "Precision": "Genauigkeit",
    "How strictly the better reply is chosen.": "Wie streng die bessere Antwort gewählt wird.",
    "1 / payoff": "1 / Auszahlung",
    "Not skill: it also falls when payoffs hardly matter to somebody.": (
        "Nicht Können: sie sinkt auch, wenn jemandem an den Auszahlungen kaum liegt."
    ),
    "Poisson cognitive hierarchy": "Kognitive Hierarchie (Poisson)",
    "Steps of thinking": "Denkschritte",
    "How many steps ahead of an even draw you think on average.": (
        "Wie viele Schritte du im Mittel über gleichmäßiges Losen hinausdenkst."
    ),
    "Not intelligence: whoever expects others to think little does best with few steps.": (
        "Nicht Intelligenz: wer von anderen wenig Nachdenken erwartet, fährt mit wenigen Schritten am besten."
    ),
    "Slips": "Ausrutscher",
    "Share of choices that are even draws.": "Anteil der Entscheidungen, die gleichmäßig gelost sind.",
    "Quantal response equilibrium": "Quantal-Response-Gleichgewicht",
    "Quantal cognitive hierarchy": "Quantale kognitive Hierarchie",
    "Memory-one play": "Spiel mit Gedächtnis eins",
    "Opening": "Eröffnung",
    "How likely you cooperate in a first round.": "Wie wahrscheinlich du in einer ersten Runde kooperierst.",
    "Not kindness: cooperating can be good business.": (
        "Nicht Freundlichkeit: Kooperieren kann ein gutes Geschäft sein."
    ),
    "After both cooperated": "Nachdem beide kooperiert haben",
    "How likely you cooperate after both cooperated.": (
        "Wie wahrscheinlich du kooperierst, nachdem beide kooperiert haben."
    ),
    "After being exploited": "Nachdem du ausgenutzt wurdest",
    "How likely you cooperate after you cooperated and the other did not.": (
        "Wie wahrscheinlich du kooperierst, nachdem du kooperiert hast und der andere nicht."
    ),
    "After exploiting": "Nachdem du ausgenutzt hast",
    "How likely you cooperate after you defected and the other did not.": (
        "Wie wahrscheinlich du kooperierst, nachdem du defektiert hast und der andere nicht."
    ),
    "After both defected": "Nachdem beide defektiert haben",
    "How likely you cooperate after both defected.": (
        "Wie wahrscheinlich du kooperierst, nachdem beide defektiert haben."
    ),
    "Finite mixture of strategies": "Mischung von Strategien",
    "Odds of always cooperating": "Immer kooperieren",
    "Log-odds of playing always cooperating against always defecting.": (
        "Log-Odds, immer zu kooperieren, gegen immer zu defektieren."
    ),
    "Odds of tit for tat": "Wie du mir, so ich dir",
    "Log-odds of playing tit for tat against always defecting.": (
        "Log-Odds, „Wie du mir, so ich dir“ zu spielen, gegen immer zu defektieren."
    ),
    "Odds of grim trigger": "Unversöhnlich",
    "Log-odds of playing grim trigger against always defecting.": (
        "Log-Odds, unversöhnlich zu spielen, gegen immer zu defektieren."
    ),
    "Odds of win-stay, lose-shift": "Gewinnen: bleiben, verlieren: wechseln",
    "Log-odds of playing win-stay, lose-shift against always defecting.": (
        "Log-Odds, nach Gewinn zu bleiben und nach Verlust zu wechseln, gegen immer zu defektieren."
    ),
    "Odds of suspicious tit for tat": "Misstrauisch: wie du mir, so ich dir",
    "Log-odds of playing suspicious tit for tat against always defecting.": (
        "Log-Odds, misstrauisch „Wie du mir, so ich dir“ zu spielen, gegen immer zu defektieren."
    ),
    "How often a move differs from the strategy.": "Wie oft ein Zug von der Strategie abweicht.",
}

OTHERS = {
    "Cumulative prospect theory": "Kumulative Prospect-Theorie",
    "Feeling for amounts": "Gefühl für Beträge",
    "How much a doubled amount feels like: 1 twice as much; below 1 you shun risk over gains.": (
        "Wie sich ein doppelter Betrag anfühlt: 1 doppelt so viel; unter 1 meidest du bei Gewinnen das Risiko."
    ),
    "Not courage: it is about small amounts in this game.": "Nicht Mut: es geht um kleine Beträge in diesem Spiel.",
    "Weight of losses": "Gewicht der Verluste",
    "Not anxiety; losses of game money are not losses of your own.": (
        "Nicht Angst; Verluste von Spielgeld sind nicht deine eigenen."
    ),
    "Bending of chances, gains": "Verzerren der Chancen, Gewinne",
    "1 takes chances as they are; below 1 small ones count for more and large ones for less.": (
        "1 nimmt Chancen, wie sie sind; unter 1 zählen kleine mehr und große weniger."
    ),
    "Not ignorance of arithmetic.": "Nicht Unkenntnis im Rechnen.",
    "Bending of chances, losses": "Verzerren der Chancen, Verluste",
    "The same where outcomes are losses.": "Dasselbe, wo die Ergebnisse Verluste sind.",
    "Choosing the better one": "Das Bessere wählen",
    "How strictly you choose what feels better.": "Wie streng du wählst, was sich besser anfühlt.",
    "1 / felt amount": "1 / gefühlter Betrag",
    "Not skill; it depends on the unit of amounts.": "Nicht Können; es hängt von der Einheit der Beträge ab.",
    "Loss aversion": "Verlustscheu",
    "Expected utility": "Erwartungsnutzen",
    "Hyperbolic discounting": "Hyperbolisches Abzinsen",
    "Impatience": "Ungeduld",
    "How fast money loses worth with waiting, per day: at 0.01 a delay of 100 days about halves it.": (
        "Wie schnell Geld durch Warten an Wert verliert, pro Tag: bei 0,01 halbiert ihn ein Aufschub von 100 Tagen "
        "etwa."
    ),
    "1 / day": "1 / Tag",
    "Not self-control: needs, prices and trust in being paid show here, too.": (
        "Nicht Selbstbeherrschung: auch Bedarf, Preise und Vertrauen in die Zahlung zeigen sich hier."
    ),
    "Choosing the better offer": "Das bessere Angebot wählen",
    "How strictly you choose what is worth more to you now.": "Wie streng du wählst, was dir jetzt mehr wert ist.",
    "1 / amount": "1 / Betrag",
    "Exponential discounting": "Exponentielles Abzinsen",
    "Drift-diffusion": "Drift-Diffusion",
    "Drift": "Drift",
    "How fast evidence for response 1 gathers; below 0 it speaks for response 0.": (
        "Wie schnell sich Hinweise auf Antwort 1 sammeln; unter 0 sprechen sie für Antwort 0."
    ),
    "1 / s": "1 / s",
    "Not intelligence: easy tasks have a high drift for everybody.": (
        "Nicht Intelligenz: leichte Aufgaben haben bei allen eine hohe Drift."
    ),
    "Caution": "Vorsicht",
    "How much evidence you wait for before you choose.": "Auf wie viele Hinweise du wartest, bevor du wählst.",
    "Not hesitation in life; instructions to be fast or right change it at once.": (
        "Nicht Zögern im Leben; die Anweisung, schnell oder richtig zu sein, ändert sie sofort."
    ),
    "Time outside the decision": "Zeit außerhalb der Entscheidung",
    "How long it takes you to see and to press, whatever you decide.": (
        "Wie lange du brauchst, um zu sehen und zu drücken, was du auch entscheidest."
    ),
    "s": "s",
    "Not reaction speed alone: it holds the screen and the network, too.": (
        "Nicht allein die Reaktionszeit: auch Bildschirm und Netz stecken darin."
    ),
    "Leaning": "Neigung",
    "Towards which response you lean before any evidence: 0.5 to neither.": (
        "Zu welcher Antwort du vor jedem Hinweis neigst: 0,5 zu keiner."
    ),
    "Not prejudice: it is about the two responses of this task.": (
        "Nicht Vorurteil: es geht um die zwei Antworten dieser Aufgabe."
    ),
    "Heuristic of a board": "Faustregeln auf dem Brett",
    "Lapses": "Aussetzer",
    "How often you move anywhere.": "Wie oft du irgendwohin ziehst.",
}

_BOARD = {
    "Centre": "Mitte",
    "Own neighbours": "Eigene Nachbarn",
    "Other neighbours": "Fremde Nachbarn",
    "Opens a line": "Öffnet eine Linie",
    "Makes two, touching": "Macht zwei, aneinander",
    "Makes two, apart": "Macht zwei, getrennt",
    "Makes three": "Macht drei",
    "Completes a line": "Vollendet eine Linie",
    "Blocks one": "Versperrt einen",
    "Blocks two, touching": "Versperrt zwei, aneinander",
    "Blocks two, apart": "Versperrt zwei, getrennt",
    "Blocks all but one": "Versperrt alle bis auf einen",
}
BOARD = _BOARD | {
    f"How much it draws you when a move has: {english.lower()}.": (
        f"Wie sehr es dich anzieht, wenn ein Zug das hat: {german}."
    )
    for english, german in _BOARD.items()
}
