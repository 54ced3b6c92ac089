"""German for what games, opponents and their actions are called, by the English text.

What people wrote, in games of their own, is in no catalogue and stays as it is.
"""

ACTIONS = {
    "rock": "Stein",
    "paper": "Papier",
    "scissors": "Schere",
    "heads": "Kopf",
    "tails": "Zahl",
    "cooperate": "kooperieren",
    "defect": "defektieren",
    "stag": "Hirsch",
    "hare": "Hase",
    "swerve": "ausweichen",
    "straight": "geradeaus",
    "ballet": "Ballett",
    "boxing": "Boxen",
    "left": "links",
    "right": "rechts",
    "accept": "annehmen",
    "reject": "ablehnen",
    "refuse": "ablehnen",
    "gamble": "Glücksspiel",
    "sure": "sicher",
    "yes": "ja",
    "no": "nein",
    "sooner": "früher",
    "later": "später",
    "safe": "sicher",
    "risky": "riskant",
}

GAMES = {
    "Rock-paper-scissors": "Stein, Papier, Schere",
    "A hundred rounds. Rock blunts scissors, scissors cut paper, paper wraps rock. A win counts 1, a loss -1, a "
    "tie nothing. Nobody who plays without a pattern can be beaten: can you?": (
        "Hundert Runden. Stein macht Schere stumpf, Schere schneidet Papier, Papier wickelt Stein ein. Ein Gewinn "
        "zählt 1, ein Verlust -1, ein Unentschieden nichts. Wer ohne Muster spielt, ist nicht zu schlagen: kannst du "
        "das?"
    ),
    "Rock-paper-scissors, 300 rounds": "Stein, Papier, Schere, 300 Runden",
    "Three hundred rounds, as in many laboratory studies: long enough for an exact picture of your habits.": (
        "Dreihundert Runden, wie in vielen Laborstudien: lang genug für ein genaues Bild deiner Gewohnheiten."
    ),
    "Matching pennies": "Kopf oder Zahl",
    "A hundred rounds. You win when both coins show the same side, the AI wins when they differ.": (
        "Hundert Runden. Du gewinnst, wenn beide Münzen dieselbe Seite zeigen, die KI, wenn sie sich unterscheiden."
    ),
    "Prisoner's dilemma": "Gefangenendilemma",
    "Together you both do well, alone you do better, and if both think so both do badly. After each round "
    "another follows with 90 % probability, so nobody knows which is the last.": (
        "Gemeinsam geht es euch beiden gut, allein noch besser, und denken beide so, geht es beiden schlecht. Nach "
        "jeder Runde folgt mit 90 % Wahrscheinlichkeit eine weitere, also weiß niemand, welche die letzte ist."
    ),
    "Stag hunt": "Hirschjagd",
    "Forty rounds. A stag feeds both but takes both; a hare anyone can catch alone. Do you trust?": (
        "Vierzig Runden. Ein Hirsch ernährt beide, aber es braucht beide; einen Hasen fängt jeder allein. Vertraust du?"
    ),
    "Chicken": "Feiglingsspiel",
    "Forty rounds. Two cars race at each other. Whoever swerves loses face; if nobody does, both lose far more.": (
        "Vierzig Runden. Zwei Autos rasen aufeinander zu. Wer ausweicht, verliert sein Gesicht; weicht niemand aus, "
        "verlieren beide weit mehr."
    ),
    "Battle of the sexes": "Kampf der Geschlechter",
    "Forty rounds. You both want to spend the evening together: you would rather see the ballet, the AI the boxing.": (
        "Vierzig Runden. Ihr wollt den Abend zusammen verbringen: du würdest lieber das Ballett sehen, die KI das "
        "Boxen."
    ),
    "Four restless arms": "Vier unruhige Arme",
    "A hundred pulls at four arms whose pay drifts up and down, as in Daw et al. (2006). Keep to the one you "
    "know, or look whether another has become better? The AI plays a copy of its own beside you.": (
        "Hundert Züge an vier Armen, deren Auszahlung auf und ab wandert, wie bei Daw und anderen (2006). Bleibst du "
        "bei dem, den du kennst, oder siehst du nach, ob ein anderer besser geworden ist? Die KI spielt neben dir "
        "ihre eigene Kopie."
    ),
    "Two arms": "Zwei Arme",
    "Fifty pulls. One arm pays in seven of ten cases, the other in three of ten. Which is which?": (
        "Fünfzig Züge. Ein Arm zahlt in sieben von zehn Fällen, der andere in drei von zehn. Welcher ist welcher?"
    ),
    "Two arms, both shown": "Zwei Arme, beide gezeigt",
    "Fifty pulls. After each you see what the other arm would have paid, too.": (
        "Fünfzig Züge. Nach jedem siehst du auch, was der andere Arm gezahlt hätte."
    ),
    "Iowa gambling task": "Iowa-Glücksspiel",
    "A hundred cards from four decks, with a loan of 2,000. Every card wins, some cost. Which decks are worth it "
    "in the long run? The AI only watches and predicts.": (
        "Hundert Karten von vier Stapeln, mit einem Darlehen von 2.000. Jede Karte gewinnt, manche kosten. Welche "
        "Stapel lohnen sich auf Dauer? Die KI sieht nur zu und sagt vorher."
    ),
    "Two-step task": "Zwei Schritte",
    "A hundred flights. A ship takes you to a planet, mostly to its own one; there you choose a mine, and find "
    "gold or nothing. Mines change slowly. Do you plan, or repeat what worked?": (
        "Hundert Flüge. Ein Schiff bringt dich zu einem Planeten, meist zu seinem eigenen; dort wählst du eine Mine "
        "und findest Gold oder nichts. Die Minen ändern sich langsam. Planst du, oder wiederholst du, was geklappt "
        "hat?"
    ),
    "Famous gambles": "Berühmte Glücksspiele",
    "The fourteen choices that made prospect theory, in an order of your own. Nothing is paid: say what you "
    "would take.": (
        "Die vierzehn Entscheidungen, aus denen die Prospect-Theorie wurde, in einer Reihenfolge nur für dich. "
        "Nichts wird ausgezahlt: sag, was du nehmen würdest."
    ),
    "Safe or risky": "Sicher oder riskant",
    "Ten choices between a safe and a risky gamble whose chances rise step by step (Holt & Laury 2002). One of "
    "them is played in the end and counts.": (
        "Zehn Entscheidungen zwischen einem sicheren und einem riskanten Glücksspiel, dessen Chancen Schritt für "
        "Schritt steigen (Holt & Laury 2002). Eine davon wird am Ende gespielt und zählt."
    ),
    "Win six or lose": "Sechs gewinnen oder verlieren",
    "Six coin flips: win 6, or lose something. Which do you take? One of them counts in the end.": (
        "Sechs Münzwürfe: gewinne 6 oder verliere etwas. Welche nimmst du? Einer davon zählt am Ende."
    ),
    "What is a gamble worth?": "Was ist ein Glücksspiel wert?",
    "Thirty-five choices between a chance of 100 and an amount for sure. One of them counts in the end.": (
        "Fünfunddreißig Entscheidungen zwischen einer Chance auf 100 und einem sicheren Betrag. Eine davon zählt am "
        "Ende."
    ),
    "What is a gamble worth? Step by step": "Was ist ein Glücksspiel wert? Schritt für Schritt",
    "Five chances of 100, six choices each. The amount for sure closes in on what the chance is worth to you, "
    "and at the end you see it beside the average win. Nothing is paid.": (
        "Fünf Chancen auf 100, je sechs Entscheidungen. Der sichere Betrag nähert sich dem, was dir die Chance wert "
        "ist, und am Ende siehst du ihn neben dem mittleren Gewinn. Nichts wird ausgezahlt."
    ),
    "Now or later": "Jetzt oder später",
    "Twenty-seven choices between money today and more money later (Kirby et al. 1999). Nothing is paid: say "
    "what you would take.": (
        "Siebenundzwanzig Entscheidungen zwischen Geld heute und mehr Geld später (Kirby und andere 1999). Nichts "
        "wird ausgezahlt: sag, was du nehmen würdest."
    ),
    "Ultimatum game": "Ultimatumspiel",
    "Twenty times ten coins to divide. One of you proposes how, the other accepts, or both get nothing. You take "
    "turns.": (
        "Zwanzigmal zehn Münzen zu teilen. Einer von euch schlägt vor, wie, der andere nimmt an, oder beide bekommen "
        "nichts. Ihr wechselt euch ab."
    ),
    "Dictator game": "Diktatorspiel",
    "Ten times ten coins. You alone say how many the AI gets.": (
        "Zehnmal zehn Münzen. Du allein sagst, wie viele die KI bekommt."
    ),
    "Trust game": "Vertrauensspiel",
    "Ten rounds. What one of you sends arrives threefold, and the other gives back what it likes. You take turns.": (
        "Zehn Runden. Was einer von euch schickt, kommt dreifach an, und der andere gibt zurück, was er mag. Ihr "
        "wechselt euch ab."
    ),
    "Public goods game": "Gemeinsamer Topf",
    "Ten rounds with three AI partners. What is put into the pot grows by 60 % and is shared by all four, "
    "whoever gave it.": (
        "Zehn Runden mit drei KI-Partnern. Was in den Topf kommt, wächst um 60 % und wird unter allen vieren "
        "geteilt, wer es auch gegeben hat."
    ),
    "Guess two thirds of the average": "Rate zwei Drittel des Durchschnitts",
    "You and nine AI players each name a number from 0 to 100. Whoever is closest to two thirds of the average "
    "of all wins. Four rounds.": (
        "Du und neun KIs nennen je eine Zahl von 0 bis 100. Wer am nächsten an zwei Dritteln des Durchschnitts aller "
        "ist, gewinnt. Vier Runden."
    ),
    "How many, how far, how heavy?": "Wie viele, wie weit, wie schwer?",
    "Eight quantities to estimate. For one of them a famous crowd has answered before: you may think again once "
    "you have seen it.": (
        "Acht Größen zum Schätzen. Für eine davon hat schon ein berühmter Schwarm geantwortet: wenn du das gesehen "
        "hast, darfst du noch einmal nachdenken."
    ),
    "How sure are you?": "Wie sicher bist du?",
    "Ten statements, true or false. Say how probable each is; points are made so that honesty pays.": (
        "Zehn Aussagen, wahr oder falsch. Sag, wie wahrscheinlich jede ist; die Punkte sind so gemacht, dass sich "
        "Ehrlichkeit lohnt."
    ),
    "Questions, in some order": "Fragen, in irgendeiner Reihenfolge",
    "Eight yes/no questions in an order drawn for you. At the end you see what the order did to others.": (
        "Acht Ja-Nein-Fragen in einer für dich ausgelosten Reihenfolge. Am Ende siehst du, was die Reihenfolge bei "
        "anderen bewirkt hat."
    ),
    "Dilemmas with and without news": "Dilemmas mit und ohne Nachricht",
    "Eighteen prisoner's dilemmas. Sometimes you know what the other has done, and sometimes you do not.": (
        "Achtzehn Gefangenendilemmas. Manchmal weißt du, was der andere getan hat, und manchmal nicht."
    ),
    "Tic-tac-toe": "Tic-Tac-Toe",
    "Three in a row win. You begin; whoever makes no mistake cannot lose.": (
        "Drei in einer Reihe gewinnen. Du beginnst; wer keinen Fehler macht, kann nicht verlieren."
    ),
    "Connect Four": "Vier gewinnt",
    "Stones fall to the bottom of a column; four in a row win. You begin, and could force a win from the middle.": (
        "Steine fallen in einer Spalte nach unten; vier in einer Reihe gewinnen. Du beginnst und könntest von der "
        "Mitte aus einen Gewinn erzwingen."
    ),
    "Four in a row on 4 x 9": "Vier in einer Reihe auf 4 x 9",
    "Four stones in a line win, on a board of four rows and nine columns: the game in which van Opheusden and "
    "others measured how far people plan ahead. Who begins is drawn.": (
        "Vier Steine in einer Linie gewinnen, auf einem Brett mit vier Zeilen und neun Spalten: das Spiel, an dem "
        "van Opheusden und andere gemessen haben, wie weit Menschen vorausplanen. Wer beginnt, wird gelost."
    ),
    "Nim": "Nim",
    "Take as many matches as you like, of one heap. Whoever takes the last one loses. Who begins is drawn: one "
    "of the two could always win.": (
        "Nimm so viele Streichhölzer, wie du magst, von einem Haufen. Wer das letzte nimmt, verliert. Wer beginnt, "
        "wird gelost: einer der beiden könnte immer gewinnen."
    ),
    "Hex on 5 x 5": "Hex auf 5 x 5",
    "Connect top and bottom before the AI connects left and right. There are no draws.": (
        "Verbinde oben und unten, bevor die KI links und rechts verbindet. Ein Unentschieden gibt es nicht."
    ),
    "top and bottom": "oben und unten",
    "left and right": "links und rechts",
}

OPPONENTS = {
    "Adaptive": "Lernend",
    "Learns how you choose and plays what pays it most this round against the move it expects, carefully until "
    "its predictions have proved right. In a dilemma that means it defects.": (
        "Lernt, wie du wählst, und spielt, was ihr in dieser Runde gegen den erwarteten Zug am meisten bringt, "
        "vorsichtig, bis ihre Vorhersagen sich bewährt haben. In einem Dilemma heißt das, dass sie defektiert."
    ),
    "Axelrod strategy": "Axelrod-Strategie",
    "Plays a strategy from the tournaments of the repeated prisoner's dilemma.": (
        "Spielt eine Strategie aus den Turnieren des wiederholten Gefangenendilemmas."
    ),
    "Conditional cooperators": "Bedingt kooperativ",
    "Each partner gives about as much as the others gave in the round before: what you give comes back.": (
        "Jeder Partner gibt etwa so viel, wie die anderen in der Runde davor gaben: was du gibst, kommt zurück."
    ),
    "Equilibrium": "Gleichgewicht",
    "Plays the game's Nash equilibrium: it does not learn, and nobody can do better by outguessing it.": (
        "Spielt das Nash-Gleichgewicht: sie lernt nicht, und niemand kommt weiter, indem er sie errät."
    ),
    "Fair": "Fair",
    "Minds having less than you, and also having more. It learns what you accept and what you give back.": (
        "Mag es nicht, weniger zu haben als du, und auch nicht, mehr zu haben. Sie lernt, was du annimmst und was du "
        "zurückgibst."
    ),
    "Humanlike": "Menschenähnlich",
    "Plays as people do, habits and slips included, and does not try to beat you.": (
        "Spielt wie Menschen, samt Gewohnheiten und Ausrutschern, und versucht nicht, dich zu schlagen."
    ),
    "Level-k": "Stufe k",
    "Thinks some steps ahead, as most people do: not none, and not infinitely many.": (
        "Denkt einige Schritte voraus, wie die meisten Menschen: nicht keinen, und nicht unendlich viele."
    ),
    "Language model": "Sprachmodell",
    "A language model reads the rules and the last rounds, and chooses. Where none is connected or none answers "
    "in time, it says so and plays the equilibrium.": (
        "Ein Sprachmodell liest die Regeln und die letzten Runden und wählt. Wo keines verbunden ist oder keines "
        "rechtzeitig antwortet, sagt es das und spielt das Gleichgewicht."
    ),
    "Observer": "Beobachter",
    "Nobody plays against you: the AI only predicts what you will choose.": (
        "Niemand spielt gegen dich: die KI sagt nur vorher, was du wählen wirst."
    ),
    "OpenSpiel CFR": "OpenSpiel CFR",
    "Plays a strategy close to equilibrium, which ignores your habits and gives you nothing to exploit.": (
        "Spielt eine Strategie nahe am Gleichgewicht, die deine Gewohnheiten nicht beachtet und dir nichts zum "
        "Ausnutzen gibt."
    ),
    "OpenSpiel MCTS": "OpenSpiel MCTS",
    "Tries its moves out in many random games and plays the one that did best.": (
        "Probiert ihre Züge in vielen zufälligen Spielen aus und spielt den, der am besten abschnitt."
    ),
    "As in experiments": "Wie in Experimenten",
    "Chooses as people did in published experiments, now this way and now that.": (
        "Wählt, wie Menschen in veröffentlichten Experimenten wählten, mal so und mal so."
    ),
    "Random": "Zufall",
    "Chooses by an even draw, whatever you do.": "Lost gleichmäßig, was du auch tust.",
    "Search": "Suche",
    "Thinks several moves ahead and plays the best it finds. It does not look at your habits.": (
        "Denkt mehrere Züge voraus und spielt den besten, den sie findet. Deine Gewohnheiten sieht sie nicht an."
    ),
    "Self-interested": "Eigennützig",
    "Cares for its own share alone. It takes whatever you offer, and offers what it thinks you will take.": (
        "Achtet nur auf den eigenen Anteil. Sie nimmt, was du anbietest, und bietet, was du ihrer Meinung nach nimmst."
    ),
    "Reward learner": "Lernt aus Belohnung",
    "Plays the same arms, shuffled, and learns as people are thought to: what paid is done more often.": (
        "Spielt dieselben Arme, gemischt, und lernt, wie man es von Menschen annimmt: was sich lohnte, wird öfter "
        "getan."
    ),
    "Thompson sampling": "Thompson-Sampling",
    "Plays the same arms, shuffled, and pulls each as often as it believes it to be the best.": (
        "Spielt dieselben Arme, gemischt, und zieht jeden so oft, wie sie ihn für den besten hält."
    ),
    "Rule bot": "Regelbot",
    "Follows one fixed rule from round to round, with a lapse now and then. Find the rule and you win.": (
        "Folgt von Runde zu Runde einer festen Regel, mit einem Ausrutscher dann und wann. Finde die Regel, und du "
        "gewinnst."
    ),
    "Tutor": "Tutor",
    "Plays as well as is good for you: harder when you win often, easier when you do not.": (
        "Spielt so gut, wie es dir guttut: stärker, wenn du oft gewinnst, leichter, wenn nicht."
    ),
    "Upper confidence bound": "Obere Vertrauensgrenze",
    "Plays the same arms, shuffled, and pulls the one that could be the best.": (
        "Spielt dieselben Arme, gemischt, und zieht den, der der beste sein könnte."
    ),
    "Win-stay, lose-shift": "Gewinnen: bleiben, verlieren: wechseln",
    "Repeats what worked and changes what did not. It does not look at your habits, so learn its own.": (
        "Wiederholt, was geklappt hat, und ändert, was nicht. Deine Gewohnheiten sieht sie nicht an; lern die ihren."
    ),
}
