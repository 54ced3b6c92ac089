"""German for what the registry of models and the prompts of language models say of themselves, by the English text."""

ALGORITHMS = {
    "Mixture of habits and learning": "Mischung aus Gewohnheiten und Lernen",
    "Multinomial logit over rounds and habits": "Multinomiales Logit über Runden und Gewohnheiten",
    "Order-k Markov with a population prior": "Markow-Kette der Ordnung k mit einem Vorwissen über Menschen",
    "Uploaded ONNX file": "Hochgeladene ONNX-Datei",
}

PROMPTS = {
    "A cognitive profile in plain words, from inferred traits and their intervals": (
        "Ein kognitives Profil in einfachen Worten, aus geschätzten Merkmalen und ihren Intervallen"
    ),
    "A coach's words on a match that is over, from the facts that the engine computed of it": (
        "Was ein Trainer zu einer beendeten Partie sagt, aus dem, was die Engine über sie berechnet hat"
    ),
    "A language model chooses its action in a repeated game against a person": (
        "Ein Sprachmodell wählt seinen Zug in einem wiederholten Spiel gegen einen Menschen"
    ),
    "One turn explained as a coach would, from its exact explanation": (
        "Eine Runde, erklärt wie von einem Trainer, aus ihrer genauen Erklärung"
    ),
    "Shipped with HAGAME": "Mit HAGAME ausgeliefert",
}

NOTES = {
    "drawing": "zeichnet",
    "learning": "lernt",
    "summarising people": "fasst Menschen zusammen",
    "scoring people held out": "prüft an zurückgehaltenen Menschen",
}
