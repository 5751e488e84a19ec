"""The words of the captions: synonyms, sentences' pieces, quality. Unaware of scenes."""

from __future__ import annotations

SYNONYMS: dict[str, tuple[str, ...]] = {
    "open-mouth smile": ("open mouth smile", "laughing", "happy", "open mouth"),
    "smile": ("smiling",),
    "closed eyes": ("eyes closed",),
    "sad": ("crying", "tears", "sad face"),
    "angry": ("angry face", "frown"),
    "surprised": ("shocked", "surprised face"),
    "neutral": ("expressionless", "calm"),
    "wink": ("one eye closed", "winking"),
    "pout": ("pouting",),
    "twin tails": ("twintails", "pigtails"),
    "bob cut": ("bob hair", "bob"),
    "messy hair": ("spiky hair",),
    "long hair": ("very long hair",),
    "medium hair": ("shoulder-length hair",),
    "twin braids": ("braids", "braided hair"),
    "hair bun": ("bun",),
    "double bun": ("hair buns", "two buns"),
    "hime cut": ("princess cut",),
    "school uniform": ("serafuku", "sailor uniform"),
    "t-shirt": ("tee", "shirt"),
    "sweater": ("turtleneck sweater", "pullover"),
    "maid": ("maid dress", "maid outfit"),
    "armor": ("knight armor", "breastplate"),
    "kimono": ("yukata",),
    "cat ears": ("cat girl", "animal ears"),
    "hair ribbon": ("hair bow", "ribbon"),
    "glasses": ("eyewear",),
    "waving": ("waving hand", "wave"),
    "arms up": ("raised arms",),
    "peace sign": ("v sign",),
    "holding umbrella": ("umbrella",),
    "reaching": ("outstretched arm",),
    "walking": ("walk",),
    "running": ("run",),
    "sitting": ("seated",),
    "close-up": ("face close-up", "face"),
    "portrait": ("head and shoulders",),
    "upper body": ("bust shot",),
    "cowboy shot": ("medium shot",),
    "full body": ("full-length",),
    "wide shot": ("long shot",),
    "from side": ("profile", "side view"),
    "from behind": ("back view", "facing away"),
    "city": ("cityscape", "skyline"),
    "beach": ("sea", "ocean", "seaside"),
    "mountains": ("mountain", "snowy mountains"),
    "forest": ("woods", "trees"),
    "meadow": ("flower field", "grass", "field"),
    "room": ("bedroom",),
    "school": ("classroom",),
    "street": ("town street", "neighborhood"),
    "train": ("train interior",),
    "shrine": ("torii", "shinto shrine"),
    "river": ("riverside", "bridge"),
    "cherry blossoms": ("sakura", "cherry trees"),
    "sky": ("blue sky", "cloudy sky"),
    "day": ("daytime", "daylight"),
    "sunset": ("dusk", "evening", "golden hour"),
    "night": ("at night", "nighttime"),
    "rain": ("raining", "rainy"),
    "snow": ("snowing", "snowfall"),
    "falling petals": ("petals",),
    "clouds": ("cloudy", "overcast"),
    "starry sky": ("stars",),
    "wind": ("windy", "floating hair"),
    "pastel": ("pastel colors", "soft colors"),
    "flat color": ("flat colors", "minimal shading"),
    "lineart": ("thick outlines", "line art"),
    "neon": ("neon lights", "neon colors"),
    "lowres": ("low resolution", "pixelated"),
    "blurry": ("out of focus",),
    "bad anatomy": ("deformed", "mutated", "distorted"),
    "extra limbs": ("extra arms",),
    "two heads": ("extra head",),
    "watermark": ("signature",),
    "sketch": ("rough sketch", "unfinished"),
    "monochrome": ("greyscale",),
}
"""Other words for a tag."""

GOOD = (
    "masterpiece", "best quality", "highly detailed", "high quality", "absurdres", "highres",
    "beautiful", "official art", "sharp focus", "vibrant colors", "very aesthetic", "detailed",
)  # fmt: skip
"""What a clean picture may be praised with."""
BAD = ("worst quality", "low quality", "normal quality", "bad quality", "ugly", "error", "cropped")
"""What any flawed picture may be blamed with."""
MEDIUM = ("anime", "anime style", "illustration", "cel shading", "anime screencap", "2d")
"""What every picture of the plain style may be called."""

SENTENCE_WORDS = (
    "a", "an", "the", "of", "in", "on", "at", "with", "and", "wearing", "young", "woman", "man",
    "boy", "girl", "two", "by", "during", "landscape", "classroom", "front", "under", "from",
)  # fmt: skip
"""The words that sentences add to the tags'."""

PLACE_PHRASES: dict[str, str] = {
    "city": "in the city",
    "beach": "at the beach",
    "mountains": "in the mountains",
    "forest": "in a forest",
    "meadow": "in a meadow",
    "room": "in a room",
    "rooftop": "on a rooftop",
    "street": "in a street",
    "school": "in a school classroom",
    "train": "in a train",
    "shrine": "at a shrine",
    "river": "by a river",
    "cherry blossoms": "under cherry blossoms",
    "sky": "under the sky",
    "simple background": "in front of a simple background",
}
TIME_PHRASES = {"day": "during the day", "sunset": "at sunset", "night": "at night"}
WEATHER_TAGS = {
    "rain": "rain",
    "snow": "snow",
    "petals": "falling petals",
    "fireflies": "fireflies",
    "clouds": "clouds",
    "stars": "starry sky",
}
CAMERA_TAGS = {
    "pan-left": "pan left",
    "pan-right": "pan right",
    "tilt-up": "tilt up",
    "tilt-down": "tilt down",
    "zoom-in": "zoom in",
    "zoom-out": "zoom out",
    "roll-cw": "roll clockwise",
    "roll-ccw": "roll counterclockwise",
}
