"""German for the questions of built-in games and for short answers of the server, by the English text."""

QUESTIONS = {
    "How many bones has the skeleton of a grown person?": "Wie viele Knochen hat das Skelett eines Erwachsenen?",
    "How many keys has a full-size modern piano?": "Wie viele Tasten hat ein modernes Klavier in voller Größe?",
    "How many states are members of the United Nations (in 2024)?": (
        "Wie viele Staaten sind Mitglied der Vereinten Nationen (2024)?"
    ),
    "How high is Mount Everest above the sea?": "Wie hoch liegt der Mount Everest über dem Meer?",
    "In which year was the Stockton and Darlington Railway opened?": (
        "In welchem Jahr wurde die Eisenbahn von Stockton nach Darlington eröffnet?"
    ),
    "How long does light travel from the Sun to the Earth?": "Wie lange braucht das Licht von der Sonne zur Erde?",
    "How far is the Moon from the Earth, on average?": "Wie weit ist der Mond im Mittel von der Erde weg?",
    "An ox was shown at a country fair. What did it weigh, slaughtered and dressed?": (
        "Auf einem Jahrmarkt wurde ein Ochse gezeigt. Was wog er, geschlachtet und ausgenommen?"
    ),
    "The Nile is longer than the Danube.": "Der Nil ist länger als die Donau.",
    "Mount Kilimanjaro lies in Kenya.": "Der Kilimandscharo liegt in Kenia.",
    "Botanically, the tomato is a fruit.": "Botanisch ist die Tomate eine Frucht.",
    "Venus is farther from the Sun than the Earth is.": "Die Venus ist weiter von der Sonne weg als die Erde.",
    "Sound travels faster in water than in air.": "Schall ist im Wasser schneller als in der Luft.",
    "From the Moon the Great Wall of China can be seen with the naked eye.": (
        "Vom Mond aus sieht man die Chinesische Mauer mit bloßem Auge."
    ),
    "Gold is denser than lead.": "Gold ist dichter als Blei.",
    "Australia has more people than Canada.": "Australien hat mehr Einwohner als Kanada.",
    "The first Olympic Games of modern times were held in Athens.": (
        "Die ersten Olympischen Spiele der Neuzeit fanden in Athen statt."
    ),
    "Lake Baikal is the deepest lake on Earth.": "Der Baikalsee ist der tiefste See der Erde.",
    "Do you generally think Bill Clinton is honest and trustworthy?": (
        "Hältst du Bill Clinton im Allgemeinen für ehrlich und vertrauenswürdig?"
    ),
    "Do you generally think Al Gore is honest and trustworthy?": (
        "Hältst du Al Gore im Allgemeinen für ehrlich und vertrauenswürdig?"
    ),
    "Should Pete Rose be eligible for the Baseball Hall of Fame?": (
        "Sollte Pete Rose in die Ruhmeshalle des Baseballs gewählt werden dürfen?"
    ),
    "Should Shoeless Joe Jackson be eligible for the Baseball Hall of Fame?": (
        "Sollte Shoeless Joe Jackson in die Ruhmeshalle des Baseballs gewählt werden dürfen?"
    ),
    "Are you happy with your life as a whole?": "Bist du mit deinem Leben im Ganzen glücklich?",
    "Are you happy with how often you see your friends?": "Bist du glücklich damit, wie oft du deine Freunde siehst?",
    "Can most of what the news report be trusted?": "Kann man dem meisten trauen, was in den Nachrichten steht?",
    "Can most of what scientists report be trusted?": "Kann man dem meisten trauen, was Forschende berichten?",
    "mean": "Mittelwert",
    "median": "Median",
}

ANSWERS = {
    "=ok": "in Ordnung",
    "=away": "weg",
    "=not configured": "nicht eingerichtet",
    "=closed": "geschlossen",
    "=half-open": "halb offen",
    "=open": "offen",
    "=from the cache": "aus dem Cache",
    "=rate_limited": "zu oft gefragt",
    "=server_error": "Fehler des Servers",
    "=timeout": "Zeit abgelaufen",
    "=connection": "keine Verbindung",
    "=garbage": "nicht lesbar",
    "=wrong_schema": "nicht wie verlangt",
    "=too_large": "zu groß",
    "=refused": "verweigert",
    "=unauthorised": "nicht zugelassen",
}
"""Words of the server that stand for a state or a choice: an equals sign comes before, for they are no text."""

BINS = {
    **{f"{low} to {low + 9 + (low == 90)}": f"{low} bis {low + 9 + (low == 90)}" for low in range(0, 100, 10)},
    **{f"{low}-{low + 10} % of the scale": f"{low}-{low + 10} % der Skala" for low in range(0, 100, 10)},
}
"""Numbers that are expected alike."""
