"""German for traits and for parameters of cognitive models, by the English text."""

TRAITS = {
    "Predictability": "Vorhersagbarkeit",
    "How much the AI knows about your next move before you make it: 0 is no better than guessing.": (
        "Wie viel die KI über deinen nächsten Zug weiß, bevor du ihn machst: 0 ist nicht besser als raten."
    ),
    "bits per decision": "Bit pro Entscheidung",
    "Staying after wins": "Bleiben nach Gewinn",
    "How often you repeat a move that has just paid well.": (
        "Wie oft du einen Zug wiederholst, der gerade gut bezahlt wurde."
    ),
    "share of wins": "Anteil der Gewinne",
    "Switching after losses": "Wechseln nach Verlust",
    "How often you change your move when it has just paid badly.": (
        "Wie oft du deinen Zug wechselst, wenn er gerade schlecht bezahlt wurde."
    ),
    "share of losses": "Anteil der Verluste",
    "Staying after ties": "Bleiben nach Unentschieden",
    "How often you repeat a move that has just paid neither well nor badly.": (
        "Wie oft du einen Zug wiederholst, der gerade weder gut noch schlecht bezahlt wurde."
    ),
    "share of ties": "Anteil der Unentschieden",
    "Repetition": "Wiederholung",
    "How often you repeat your last move, whatever it brought.": (
        "Wie oft du deinen letzten Zug wiederholst, was er auch brachte."
    ),
    "share of decisions": "Anteil der Entscheidungen",
    "Answering the last move": "Antwort auf den letzten Zug",
    "How often your move is the best answer to what your opponent played in the round before.": (
        "Wie oft dein Zug die beste Antwort auf das ist, was der Gegner in der Runde davor gespielt hat."
    ),
    "Cooperation": "Kooperation",
    "How often you cooperate where defecting would pay you more.": (
        "Wie oft du kooperierst, wo Defektieren dir mehr einbrächte."
    ),
    "share of decisions in dilemmas": "Anteil der Entscheidungen in Dilemmas",
    "Reciprocity": "Gegenseitigkeit",
    "How often you do in a dilemma what your opponent did to you in the round before.": (
        "Wie oft du in einem Dilemma tust, was der Gegner dir in der Runde davor getan hat."
    ),
    "Cooperation after news": "Kooperation mit Nachricht",
    "How often you cooperate in a dilemma when you know what the other has done.": (
        "Wie oft du in einem Dilemma kooperierst, wenn du weißt, was der andere getan hat."
    ),
    "Cooperation without news": "Kooperation ohne Nachricht",
    "How often you cooperate in a dilemma when you do not know what the other does.": (
        "Wie oft du in einem Dilemma kooperierst, wenn du nicht weißt, was der andere tut."
    ),
    "Offers": "Angebote",
    "Which share of a pie you offer to somebody who may refuse.": (
        "Welchen Anteil du jemandem anbietest, der ablehnen kann."
    ),
    "share of the pie": "Anteil des Ganzen",
    "Refusing low offers": "Ablehnen kleiner Angebote",
    "How often you would rather have nothing than take less than a third.": (
        "Wie oft du lieber nichts hast, als weniger als ein Drittel zu nehmen."
    ),
    "share of low offers": "Anteil der kleinen Angebote",
    "Giving": "Geben",
    "Which share you give to somebody who has no say.": "Welchen Anteil du jemandem gibst, der nichts zu sagen hat.",
    "Trust": "Vertrauen",
    "Which share of your own you hand to somebody who may keep it.": (
        "Welchen Anteil deines Eigenen du jemandem gibst, der es behalten kann."
    ),
    "share of the endowment": "Anteil der Ausstattung",
    "Trustworthiness": "Vertrauenswürdigkeit",
    "Which share of what you were trusted with you give back.": "Welchen Anteil des Anvertrauten du zurückgibst.",
    "share of what arrived": "Anteil dessen, was ankam",
    "Contributing": "Beitragen",
    "Which share of your own you give to what all profit from.": (
        "Welchen Anteil deines Eigenen du gibst, wovon alle etwas haben."
    ),
    "Steps of reasoning": "Denkschritte",
    "How many steps you think ahead of others: 0 is to guess blindly, 1 to answer those who do, and so on.": (
        "Wie viele Schritte du anderen vorausdenkst: 0 heißt blind raten, 1 denen antworten, die das tun, und so "
        "weiter."
    ),
    "steps": "Schritte",
    "Error of estimates": "Schätzfehler",
    "How far your estimates are from the truth, as a share of the scale.": (
        "Wie weit deine Schätzungen von der Wahrheit weg sind, als Anteil der Skala."
    ),
    "share of the scale": "Anteil der Skala",
    "Weight of advice": "Gewicht von Rat",
    "How far you go from your own estimate towards that of others: 0 is to stay, 1 is to take theirs.": (
        "Wie weit du von deiner eigenen Schätzung zu der der anderen gehst: 0 heißt bleiben, 1 heißt ihre nehmen."
    ),
    "share of the distance": "Anteil des Abstands",
    "Saying yes": "Ja sagen",
    "How often you say yes, whatever the question.": "Wie oft du ja sagst, wie die Frage auch lautet.",
    "share of answers": "Anteil der Antworten",
    "Time to decide": "Zeit zum Entscheiden",
    "How long you take for a typical decision, between a tenth of a second and a minute.": (
        "Wie lange du für eine gewöhnliche Entscheidung brauchst, zwischen einer Zehntelsekunde und einer Minute."
    ),
    "seconds": "Sekunden",
}

LEARNING = {
    "Learning from reward": "Lernen aus Belohnung",
    "Learning from good surprises": "Lernen aus guten Überraschungen",
    "How far one reward above expectation moves what you expect: 0 is not at all, 1 is all the way.": (
        "Wie weit eine Belohnung über der Erwartung das bewegt, was du erwartest: 0 gar nicht, 1 ganz."
    ),
    "Not how clever you are: the best rate depends on how fast the world changes.": (
        "Nicht, wie klug du bist: die beste Rate hängt davon ab, wie schnell sich die Welt ändert."
    ),
    "Learning from bad surprises": "Lernen aus schlechten Überraschungen",
    "How far one reward below expectation moves what you expect.": (
        "Wie weit eine Belohnung unter der Erwartung das bewegt, was du erwartest."
    ),
    "Not pessimism: it is about speed, not about what you expect in the end.": (
        "Nicht Pessimismus: es geht um das Tempo, nicht darum, was du am Ende erwartest."
    ),
    "Following values": "Werten folgen",
    "How strictly you choose what has paid best so far; near 0 choices are even draws.": (
        "Wie streng du wählst, was bisher am meisten zahlte; nahe 0 ist die Wahl gleichmäßig gelost."
    ),
    "Not skill: low values are exploration, inattention or another strategy, which look alike here.": (
        "Nicht Können: kleine Werte sind Erkunden, Unaufmerksamkeit oder eine andere Strategie, was hier gleich "
        "aussieht."
    ),
    "Perseveration": "Beharren",
    "How much you tend to repeat a choice whatever it paid; below 0 you tend to switch.": (
        "Wie sehr du dazu neigst, eine Wahl zu wiederholen, was sie auch zahlte; unter 0 neigst du zum Wechseln."
    ),
    "log-odds": "Log-Odds",
    "Not stubbornness in general: it is what is left of repeating when rewards are accounted for.": (
        "Nicht Sturheit im Allgemeinen: es ist, was vom Wiederholen bleibt, wenn die Belohnungen berücksichtigt sind."
    ),
    "Forgetting": "Vergessen",
    "How far the value of what you did not choose fades back to 0 in one round.": (
        "Wie weit der Wert dessen, was du nicht gewählt hast, in einer Runde gegen 0 verblasst."
    ),
    "Not memory at large: quick forgetting and perseveration look much alike.": (
        "Nicht das Gedächtnis im Ganzen: schnelles Vergessen und Beharren sehen fast gleich aus."
    ),
    "Directed and random exploration": "Gezieltes und zufälliges Erkunden",
    "Weight of value": "Gewicht des Werts",
    "How strictly you choose the arm you should believe best, however uncertain you are.": (
        "Wie streng du den Arm wählst, den du für den besten halten solltest, wie unsicher du auch bist."
    ),
    "log-odds per unit of reward": "Log-Odds pro Einheit Belohnung",
    "Not understanding: beliefs here are those of an ideal observer, not what you said.": (
        "Nicht Verstehen: die Annahmen sind hier die eines idealen Beobachters, nicht das, was du gesagt hast."
    ),
    "Looking for news": "Suche nach Neuem",
    "How much an arm draws you because you know little about it; below 0 you avoid the unknown.": (
        "Wie sehr dich ein Arm anzieht, weil du wenig über ihn weißt; unter 0 meidest du das Unbekannte."
    ),
    "log-odds per unit of standard deviation": "Log-Odds pro Standardabweichung",
    "Not curiosity in life: in short games looking around pays less, and people do it less.": (
        "Nicht Neugier im Leben: in kurzen Spielen lohnt sich Umsehen weniger, und man tut es weniger."
    ),
    "Caution in doubt": "Vorsicht im Zweifel",
    "How much more at random you choose the less is known; 0 is no such change.": (
        "Wie viel zufälliger du wählst, je weniger bekannt ist; 0 heißt: kein Unterschied."
    ),
    "log-odds per unit of value over uncertainty": "Log-Odds pro Einheit Wert durch Unsicherheit",
    "Not carelessness: choosing more at random when little is known is a good way to find out.": (
        "Nicht Nachlässigkeit: zufälliger zu wählen, wenn wenig bekannt ist, ist ein guter Weg, etwas herauszufinden."
    ),
    "Planning and habit": "Planen und Gewohnheit",
    "Learning of first choices": "Lernen der ersten Wahl",
    "How far a round moves what you expect of a first choice.": (
        "Wie weit eine Runde bewegt, was du von einer ersten Wahl erwartest."
    ),
    "Not intelligence: high rates follow noise.": "Nicht Intelligenz: hohe Raten folgen dem Rauschen.",
    "Learning of second choices": "Lernen der zweiten Wahl",
    "How far one reward moves what you expect of a second choice.": (
        "Wie weit eine Belohnung bewegt, was du von einer zweiten Wahl erwartest."
    ),
    "Following values, first choice": "Werten folgen, erste Wahl",
    "How strictly you choose the better first option.": "Wie streng du die bessere erste Möglichkeit wählst.",
    "Not skill.": "Nicht Können.",
    "Following values, second choice": "Werten folgen, zweite Wahl",
    "How strictly you choose the better second option.": "Wie streng du die bessere zweite Möglichkeit wählst.",
    "Planning": "Planen",
    "How far first choices come from thinking through where they lead (1) rather than from habit (0).": (
        "Wie weit die erste Wahl daraus kommt, zu durchdenken, wohin sie führt (1), statt aus Gewohnheit (0)."
    ),
    "Not planning in life: planners by other rules than the model's can look like creatures of habit.": (
        "Nicht Planen im Leben: wer nach anderen Regeln plant als das Modell, kann wie ein Gewohnheitstier aussehen."
    ),
    "Credit to the first choice": "Lohn für die erste Wahl",
    "How far a reward speaks directly for the first choice that led to it.": (
        "Wie weit eine Belohnung unmittelbar für die erste Wahl spricht, die zu ihr geführt hat."
    ),
    "Hard to know from one session; its interval is often wide.": (
        "Aus einer Sitzung schwer zu erkennen; das Intervall ist oft breit."
    ),
    "Repeating the first choice": "Wiederholen der ersten Wahl",
    "How much you repeat a first choice whatever came of it; below 0 you switch.": (
        "Wie sehr du eine erste Wahl wiederholst, was auch daraus wurde; unter 0 wechselst du."
    ),
    "units of reward": "Einheiten der Belohnung",
    "Not stubbornness in general.": "Nicht Sturheit im Allgemeinen.",
    "Prospect-valence learning with a delta rule": "Prospect-Valence-Lernen mit Delta-Regel",
    "Learning rate": "Lernrate",
    "How far the last card moves what you expect of its deck.": (
        "Wie weit die letzte Karte bewegt, was du von ihrem Stapel erwartest."
    ),
    "Sensitivity to amounts": "Gespür für Beträge",
    "How much more a bigger outcome counts: 1 in proportion, 0 only whether it was a gain or a loss.": (
        "Wie viel mehr ein größeres Ergebnis zählt: 1 im Verhältnis, 0 nur, ob es Gewinn oder Verlust war."
    ),
    "Weight of losses, cards": "Gewicht der Verluste, Karten",
    "How much more a loss counts than an equal gain; 1 is equal.": (
        "Wie viel mehr ein Verlust zählt als ein gleich großer Gewinn; 1 ist gleich viel."
    ),
    "Consistency": "Beständigkeit",
    "How strictly you take the deck you expect most of.": (
        "Wie streng du den Stapel nimmst, von dem du am meisten erwartest."
    ),
    "Outcome-representation learning": "Lernen aus Ausgängen (ORL)",
    "Learning from wins": "Lernen aus Gewinnen",
    "How far a card that wins moves what you expect.": "Wie weit eine Karte, die gewinnt, bewegt, was du erwartest.",
    "Not talent for gambling.": "Nicht Talent zum Glücksspiel.",
    "Learning from losses": "Lernen aus Verlusten",
    "How far a card that loses moves what you expect.": "Wie weit eine Karte, die verliert, bewegt, was du erwartest.",
    "Not sensitivity to pain.": "Nicht Schmerzempfindlichkeit.",
    "Forgetting what you took": "Vergessen, was du nahmst",
    "How fast it fades that you have just taken a deck.": (
        "Wie schnell verblasst, dass du einen Stapel gerade genommen hast."
    ),
    "Nothing to do with memory for anything else.": "Hat mit dem Gedächtnis für anderes nichts zu tun.",
    "Liking frequent wins": "Freude an häufigen Gewinnen",
    "How much you prefer decks that win often, however much they cost; below 0 you avoid them.": (
        "Wie sehr du Stapel magst, die oft gewinnen, was sie auch kosten; unter 0 meidest du sie."
    ),
    "Not foolishness: frequent wins often do mean good decks.": (
        "Nicht Torheit: häufige Gewinne heißen oft wirklich gute Stapel."
    ),
    "Staying with a deck": "Beim Stapel bleiben",
    "How much you take again what you have just taken; below 0 you move on.": (
        "Wie sehr du wieder nimmst, was du gerade genommen hast; unter 0 gehst du weiter."
    ),
}

WEIGHTS = {
    "Planning and habit, each with a weight": "Planen und Gewohnheit, jedes mit eigenem Gewicht",
    "Learning": "Lernen",
    "How far one reward replaces what you expected of both choices that led to it.": (
        "Wie weit eine Belohnung ersetzt, was du von beiden Entscheidungen erwartet hast, die zu ihr geführt haben."
    ),
    "Weight of planning": "Gewicht des Planens",
    "How much it draws you to a first choice that it leads to where rewards are expected; 0 not at all.": (
        "Wie sehr es dich zu einer ersten Wahl zieht, dass sie dorthin führt, wo Belohnungen zu erwarten sind; 0 gar "
        "nicht."
    ),
    "log-odds / reward": "Log-Odds / Belohnung",
    "Weight of habit": "Gewicht der Gewohnheit",
    "How much it draws you to a first choice that rewards came after it lately, wherever it led.": (
        "Wie sehr es dich zu einer ersten Wahl zieht, dass zuletzt Belohnungen auf sie folgten, wohin sie auch führte."
    ),
    "Not addiction: some habit is what the task itself teaches.": (
        "Nicht Sucht: etwas Gewohnheit lehrt die Aufgabe selbst."
    ),
    "How strictly you choose the second option that has paid lately.": (
        "Wie streng du die zweite Möglichkeit wählst, die zuletzt gezahlt hat."
    ),
}
