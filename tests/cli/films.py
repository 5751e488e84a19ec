"""Storyboards that several tests render."""

THREE_SHOTS = """
    version: 1
    title: Three shots
    pack: smoke
    frame: {width: 64, height: 64}
    output: {width: 128, height: 128, fps: 24}
    let: {weather: rain}
    shots:
      - id: one
        duration: 1s
        prompt: "street, {{ weather }}"
      - id: two
        transition: {crossfade: 250ms}
        duration: 1s
        prompt: "river"
      - id: three
        transition: {crossfade: 250ms}
        duration: 1s
        prompt: "sea"
    """
