"""What the model refuses, and where: the whole message, as it is printed."""

from __future__ import annotations

import pytest

from tests.storyboard.conftest import SHOTS


def test_everything_missing_at_once(scratch):
    scratch.film("pack: smoke\n").prints(
        """
        film.yaml:1:1: error[SB101]: the storyboard needs `version`
          |
        1 | pack: smoke
          | ^^^^^^^^^^^
          |
          = help: write `version: 1`

        film.yaml:1:1: error[SB101]: the storyboard needs `title`
          |
        1 | pack: smoke
          | ^^^^^^^^^^^
          |
          = help: write `title: Rain over the river`

        film.yaml:1:1: error[SB101]: the storyboard needs `shots`
          |
        1 | pack: smoke
          | ^^^^^^^^^^^
          |
          = help: write `shots:` and below it a list of shots
        """
    )


def test_a_shot_without_its_keys(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            caption: rain
          - prompt: sun
        """).prints(
        """
        film.yaml:4:5: error[SB101]: shot `one` needs `duration`
          |
        4 |   - id: one
          |     ^^^^^^^
          |
          = help: write `duration: 3s`

        film.yaml:4:5: error[SB101]: shot `one` needs `prompt`
          |
        4 |   - id: one
          |     ^^^^^^^
          |
          = help: write `prompt: "1girl, rain"`

        film.yaml:6:5: error[SB101]: this entry of `shots` needs `id`
          |
        6 |   - prompt: sun
          |     ^^^^^^^^^^^
          |
          = help: write `id: rooftop`

        film.yaml:6:5: error[SB101]: this entry of `shots` needs `duration`
          |
        6 |   - prompt: sun
          |     ^^^^^^^^^^^
          |
          = help: write `duration: 3s`
        """
    )


def test_a_misspelt_key(scratch):
    scratch.top("seeed: 7\n").prints(
        """
        film.yaml:3:1: error[SB102]: unknown key `seeed`
          |
        3 | seeed: 7
          | ^^^^^
          |
          = help: did you mean `seed`?
        """
    )


def test_a_key_that_belongs_elsewhere(scratch):
    scratch.top("fps: 24\n").prints(
        """
        film.yaml:3:1: error[SB102]: unknown key `fps`
          |
        3 | fps: 24
          | ^^^
          |
          = help: it belongs in `frame` or `output`
        """
    )


def test_a_number_as_a_title(scratch):
    scratch.film("""
        version: 1
        title: 2001
        shots:
          - id: one
            duration: 3s
            prompt: rain
        """).prints(
        """
        film.yaml:2:8: error[SB103]: `title` must be a text, not the number 2001
          |
        2 | title: 2001
          |        ^^^^
          |
          = help: put it in quotes: "2001"
        """
    )


def test_an_empty_value(scratch):
    scratch.top("""
        style:
          prompt:
        """).prints(
        """
        film.yaml:4:3: error[SB103]: `prompt` is empty, but must be a text
          |
        4 |   prompt:
          |   ^^^^^^
          |
          = help: write `prompt: anime`
        """
    )


def test_a_list_where_a_mapping_belongs(scratch):
    scratch.top("frame: [256, 256]\n").prints(
        """
        film.yaml:3:8: error[SB103]: `frame` must be a mapping, not a list
          |
        3 | frame: [256, 256]
          |        ^^^^^^^^^^
          |
          = help: its keys are width, height, fps
        """
    )


def test_a_word_where_a_list_belongs(scratch):
    scratch.shot("characters: mina\n").prints(
        """
        film.yaml:7:17: error[SB103]: `characters` must be a list, not the text 'mina'
          |
        7 |     characters: mina
          |                 ^^^^
          |
          = help: write it in brackets: [mina]
        """
    )


def test_a_bad_entry_of_a_list(scratch):
    scratch.shot("loras: [pastel, 3]\n").prints(
        """
        film.yaml:7:21: error[SB103]: each entry of `loras` must be a mapping, not the number 3
          |
        7 |     loras: [pastel, 3]
          |                     ^
          |
          = help: its keys are use, weight
        """
    )


def test_a_number_in_quotes(scratch):
    scratch.shot('sampling: {steps: "6", guidance: 1.5}\n').prints(
        """
        film.yaml:7:23: error[SB103]: `steps` must be a whole number, not the text '6'
          |
        7 |     sampling: {steps: "6", guidance: 1.5}
          |                       ^^^
          |
          = help: write a number without quotes or a unit
        """
    )


def test_half_a_step(scratch):
    scratch.shot("sampling: {steps: 5.5}\n").prints(
        """
        film.yaml:7:23: error[SB103]: `steps` must be a whole number, not the number 5.5
          |
        7 |     sampling: {steps: 5.5}
          |                       ^^^
        """
    )


def test_yes_is_no_switch(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 3s
            prompt: {0s: rain, loop: yes}
        """).prints(
        """
        film.yaml:6:30: error[SB103]: `loop` must be true or false, not the text 'yes'
          |
        6 |     prompt: {0s: rain, loop: yes}
          |                              ^^^
          |
          = help: YAML 1.2 knows true and false only
        """
    )


def test_an_unknown_quality(scratch):
    scratch.top("quality: fst\n").prints(
        """
        film.yaml:3:10: error[SB104]: `quality` cannot be `fst`
          |
        3 | quality: fst
          |          ^^^
          |
          = help: did you mean `fast`?
        """
    )


def test_an_unknown_fit(scratch):
    scratch.top("output: {fit: stretch}\n").prints(
        """
        film.yaml:3:15: error[SB104]: `fit` cannot be `stretch`
          |
        3 | output: {fit: stretch}
          |               ^^^^^^^
          |
          = help: write one of crop, pad
        """
    )


def test_another_version(scratch):
    scratch.film("""
        version: 2
        title: Rain
        shots:
          - id: one
            duration: 3s
            prompt: rain
        """).prints(
        """
        film.yaml:1:10: error[SB105]: this animegen reads version 1 of the language
          |
        1 | version: 2
          |          ^
          |
          = help: write `version: 1`
        """
    )


def test_an_unsafe_shot_id(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: Roof Top!
            duration: 3s
            prompt: rain
        """).prints(
        """
        film.yaml:4:9: error[SB106]: 'Roof Top!' is not a safe shot id
          |
        4 |   - id: Roof Top!
          |         ^^^^^^^^^
          |
          = help: use up to 64 of a to z, 0 to 9, - and _, a letter first; perhaps `roof-top`
        """
    )


def test_a_variable_with_a_space(scratch):
    scratch.top("let: {time of day: night}\n").prints(
        """
        film.yaml:3:7: error[SB107]: `time of day` cannot be a name in templates
          |
        3 | let: {time of day: night}
          |       ^^^^^^^^^^^
          |
          = help: use letters, digits and _, and begin with a letter
        """
    )


def test_a_list_as_a_variable(scratch):
    scratch.top("let: {weather: [rain, sun]}\n").prints(
        """
        film.yaml:3:16: error[SB103]: a variable is a text, a number, true or false
          |
        3 | let: {weather: [rain, sun]}
          |                ^^^^^^^^^^^
          |
          = help: write a single value, such as `weather: rain` or `count: 3`
        """
    )


def test_an_empty_title(scratch):
    scratch.film("""
        version: 1
        title: ""
        shots:
          - id: one
            duration: 3s
            prompt: rain
        """).prints(
        """
        film.yaml:2:8: error[SB108]: `title` must have 1 to 200 characters
          |
        2 | title: ""
          |        ^^
        """
    )


def test_no_shots(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots: []
        """).prints(
        """
        film.yaml:3:8: error[SB109]: `shots` needs at least 1 entry
          |
        3 | shots: []
          |        ^^
        """
    )


def test_one_number_for_a_move(scratch):
    scratch.shot("camera: {zoom: [1.2]}\n").prints(
        """
        film.yaml:7:14: error[SB109]: `zoom` needs two numbers
          |
        7 |     camera: {zoom: [1.2]}
          |              ^^^^
          |
          = help: write [start, end]
        """
    )


def test_three_numbers_for_a_move(scratch):
    scratch.shot("camera: {pan: [0, 0.5, 1]}\n").prints(
        """
        film.yaml:7:19: error[SB109]: `pan` needs two numbers
          |
        7 |     camera: {pan: [0, 0.5, 1]}
          |                   ^^^^^^^^^^^
          |
          = help: write [start, end]
        """
    )


def test_a_negative_duration(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: -3s
            prompt: rain
        """).prints(
        """
        film.yaml:5:15: error[SB201]: a duration must be longer than zero
          |
        5 |     duration: -3s
          |               ^^^
          |
          = help: write 3, 3s, 750ms or 24f
        """
    )


def test_a_duration_like_a_clock(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 1:30
            prompt: rain
        """).prints(
        """
        film.yaml:5:15: error[SB201]: '1:30' is not a duration
          |
        5 |     duration: 1:30
          |               ^^^^
          |
          = help: write 90s
        """
    )


def test_a_duration_in_minutes(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 2min
            prompt: rain
        """).prints(
        """
        film.yaml:5:15: error[SB201]: minutes are not a unit here
          |
        5 |     duration: 2min
          |               ^^^^
          |
          = help: write 120s
        """
    )


def test_a_duration_that_is_not_a_number(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: .nan
            prompt: rain
        """).prints(
        """
        film.yaml:5:15: error[SB201]: a duration must be a finite number
          |
        5 |     duration: .nan
          |               ^^^^
          |
          = help: write 3, 3s, 750ms or 24f
        """
    )


def test_an_absurd_duration(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 2500
            prompt: rain
        """).prints(
        """
        film.yaml:5:15: error[SB207]: a shot lasts at most 600 seconds
          |
        5 |     duration: 2500
          |               ^^^^
          |
          = help: split it into several shots; a duration without a unit is in seconds
        """
    )


def test_half_a_frame(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 2.5f
            prompt: rain
        """).prints(
        """
        film.yaml:5:15: error[SB201]: a duration in frames must be a whole number, such as 24f
          |
        5 |     duration: 2.5f
          |               ^^^^
          |
          = help: write 3, 3s, 750ms or 24f
        """
    )


def test_frames_too_fast_for_motion(scratch):
    scratch.top("frame: {fps: 24}\n").prints(
        """
        film.yaml:3:14: error[SB208]: `frame.fps` must be from 8 to 12, not 24
          |
        3 | frame: {fps: 24}
          |              ^^
          |
          = help: write 8; for a smoother film write `output: {fps: 24}`, too
        """
    )


def test_a_film_too_fast_to_play(scratch):
    scratch.top("output: {fps: 240}\n").prints(
        """
        film.yaml:3:15: error[SB209]: `output.fps` must be from 1 to 120, not 240
          |
        3 | output: {fps: 240}
          |               ^^^
          |
          = help: write 24, or leave it out to deliver the frames as generated
        """
    )


def test_a_rate_without_a_meaning(scratch):
    scratch.top("output: {fps: fast}\n").prints(
        """
        film.yaml:3:15: error[SB202]: 'fast' is not a frame rate
          |
        3 | output: {fps: fast}
          |               ^^^^
          |
          = help: write 24, 23.976 or 30000/1001
        """
    )


def test_a_transition_without_its_length(scratch):
    scratch.shot("transition: crossfade\n").prints(
        """
        film.yaml:7:17: error[SB203]: `crossfade` needs a length
          |
        7 |     transition: crossfade
          |                 ^^^^^^^^^
          |
          = help: write `{crossfade: 500ms}`
        """
    )


def test_a_cut_with_a_length(scratch):
    scratch.shot("transition: {cut: 1s}\n").prints(
        """
        film.yaml:7:17: error[SB203]: a cut takes no time
          |
        7 |     transition: {cut: 1s}
          |                 ^^^^^^^^^
          |
          = help: write `cut`
        """
    )


def test_a_misspelt_transition(scratch):
    scratch.shot("transition: {crosfade: 1s}\n").prints(
        """
        film.yaml:7:18: error[SB301]: there is no transition `crosfade`
          |
        7 |     transition: {crosfade: 1s}
          |                  ^^^^^^^^
          |
          = help: did you mean `crossfade`?
        """
    )


def test_two_transitions(scratch):
    scratch.shot("transition: {crossfade: 1s, fade-in: 1s}\n").prints(
        """
        film.yaml:7:17: error[SB103]: a transition is one word with its length
          |
        7 |     transition: {crossfade: 1s, fade-in: 1s}
          |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write `transition: cut` or `transition: {crossfade: 500ms}`
        """
    )


def test_a_bad_transition_length(scratch):
    scratch.shot("transition: {crossfade: 1x}\n").prints(
        """
        film.yaml:7:29: error[SB201]: '1x' is not a duration
          |
        7 |     transition: {crossfade: 1x}
          |                             ^^
          |
          = help: write 3, 3s, 750ms or 24f
        """
    )


def test_a_misspelt_motion(scratch):
    scratch.shot("motion: {use: pan-lef}\n").prints(
        """
        film.yaml:7:19: error[SB302]: there is no motion `pan-lef`
          |
        7 |     motion: {use: pan-lef}
          |                   ^^^^^^^
          |
          = help: did you mean `pan-left`?
        """
    )


def test_two_motions(scratch):
    scratch.shot("motion: [pan-left, zoom-in]\n").prints(
        """
        film.yaml:7:13: error[SB702]: a shot takes one motion LoRA, not a list
          |
        7 |     motion: [pan-left, zoom-in]
          |             ^^^^^^^^^^^^^^^^^^^
          |
          = help: write `motion: pan-left`; combine moves with `camera` instead
        """
    )


def test_an_overlap_of_windows(scratch):
    scratch.shot("chaining: {mode: windows, overlap: 6}\n").prints(
        """
        film.yaml:7:15: error[SB210]: windows overlap by half, whatever `overlap` says
          |
        7 |     chaining: {mode: windows, overlap: 6}
          |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: take `overlap` out, or write `mode: overlap`
        """
    )


@pytest.mark.parametrize("value", ["0.05", '"0.05"', '"== 1"', '"< -1"', '"< 1e3"', '"<"', "true"])
def test_what_is_no_comparison(scratch, value):
    shown = value.strip('"').replace("true", "True")
    under = "^" * len(value)
    scratch.top(f"checks: {{flicker: {value}}}\n").prints(
        f"""
        film.yaml:3:19: error[SB211]: '{shown}' is not a comparison
          |
        3 | checks: {{flicker: {value}}}
          |                   {under}
          |
          = help: write "< 0.05", with <, <=, > or >= and a number
        """
    )


def test_a_misspelt_check(scratch):
    scratch.shot('checks: {flickr: "< 0.05"}\n').prints(
        """
        film.yaml:7:14: error[SB102]: unknown key `flickr`
          |
        7 |     checks: {flickr: "< 0.05"}
          |              ^^^^^^
          |
          = help: did you mean `flicker`?
        """
    )


def test_more_rerolls_than_there_are_takes(scratch):
    scratch.top("reroll: 16\n").prints(
        """
        film.yaml:3:9: error[SB205]: `reroll` must be at most 15, not 16
          |
        3 | reroll: 16
          |         ^^
        """
    )


def test_a_misspelt_mode_of_chaining(scratch):
    scratch.top("chaining: window\n").prints(
        """
        film.yaml:3:11: error[SB104]: `mode` cannot be `window`
          |
        3 | chaining: window
          |           ^^^^^^
          |
          = help: did you mean `windows`?
        """
    )


def test_a_misspelt_control_map(scratch):
    scratch.shot("control: [depth, {use: detph}]\n").prints(
        """
        film.yaml:7:28: error[SB303]: there is no control map `detph`
          |
        7 |     control: [depth, {use: detph}]
          |                            ^^^^^
          |
          = help: did you mean `depth`?
        """
    )


def test_a_control_map_listed_twice(scratch):
    scratch.shot("control: [depth, canny, {use: depth, weight: 0.5}]\n").prints(
        """
        film.yaml:7:14: error[SB109]: `depth` is listed twice
          |
        7 |     control: [depth, canny, {use: depth, weight: 0.5}]
          |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: take one of them out
        """
    )


def test_a_control_map_that_ends_before_it_starts(scratch):
    scratch.shot("control: [{use: depth, start: 0.7}]\n").prints(
        """
        film.yaml:7:15: error[SB205]: `end` must be greater than `start`, 0.7
          |
        7 |     control: [{use: depth, start: 0.7}]
          |               ^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: both are shares of the steps: 0 is the first, 1 the last
        """
    )


def test_a_bad_time_of_a_prompt(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 3s
            prompt: {0s: rain, soon: sun}
        """).prints(
        """
        film.yaml:6:24: error[SB201]: 'soon' is not a duration
          |
        6 |     prompt: {0s: rain, soon: sun}
          |                        ^^^^
          |
          = help: write 3, 3s, 750ms or 24f
        """
    )


def test_a_bad_text_of_a_prompt(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 3s
            prompt: {0s: rain, 2s: [sun]}
        """).prints(
        """
        film.yaml:6:28: error[SB103]: `2s` must be a text, not a list
          |
        6 |     prompt: {0s: rain, 2s: [sun]}
          |                            ^^^^^
        """
    )


def test_a_list_of_prompts(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 3s
            prompt: [rain, sun]
        """).prints(
        """
        film.yaml:6:13: error[SB103]: a prompt is a text, or a mapping of times to texts
          |
        6 |     prompt: [rain, sun]
          |             ^^^^^^^^^^^
          |
          = help: write `prompt: "1girl, rain"` or `prompt: {0s: "...", 2s: "..."}`
        """
    )


def test_a_prompt_without_a_text(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 3s
            prompt: {loop: true}
        """).prints(
        """
        film.yaml:6:13: error[SB204]: a prompt needs at least one text
          |
        6 |     prompt: {loop: true}
          |             ^^^^^^^^^^^^
        """
    )


def test_a_weight_out_of_range(scratch):
    scratch.shot("loras: [{use: pastel, weight: 3}]\n").prints(
        """
        film.yaml:7:35: error[SB205]: `weight` must be at most 2, not 3
          |
        7 |     loras: [{use: pastel, weight: 3}]
          |                                   ^
        """
    )


def test_a_zoom_without_an_end(scratch):
    scratch.shot("camera: {zoom: [1.0, .inf]}\n").prints(
        """
        film.yaml:7:26: error[SB206]: `zoom` must be a finite number
          |
        7 |     camera: {zoom: [1.0, .inf]}
          |                          ^^^^
        """
    )


def test_a_key_that_asks_for_a_picture(scratch):
    scratch.shot("init_image: rooftop.png\n").prints(
        """
        film.yaml:7:5: error[SB601]: no external visual input may condition generation: `init_image` is not a word of the language
          |
        7 |     init_image: rooftop.png
          |     ^^^^^^^^^^
          |
          = help: use `control:`; its maps come from the shot's own generated pictures
        """  # noqa: E501
    )


def test_a_value_that_names_a_picture(scratch):
    scratch.top("style: {loras: [{use: looks/mina.PNG}]}\n").prints(
        """
        film.yaml:3:23: error[SB601]: no external visual input may condition generation: `use` names a picture or video file
          |
        3 | style: {loras: [{use: looks/mina.PNG}]}
          |                       ^^^^^^^^^^^^^^
          |
          = help: use `control:`; its maps come from the shot's own generated pictures
        """  # noqa: E501
    )


def test_a_value_that_is_an_address(scratch):
    scratch.shot('control: {from: "https://example.org/pose", maps: [openpose]}\n').prints(
        """
        film.yaml:7:21: error[SB601]: no external visual input may condition generation: `from` names a URL
          |
        7 |     control: {from: "https://example.org/pose", maps: [openpose]}
          |                     ^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: use `control:`; its maps come from the shot's own generated pictures
        """  # noqa: E501
    )


def test_a_key_that_is_a_number(scratch):
    (finding,) = scratch.top("7: seed\n").structure()
    assert finding.code == "SB102"
    assert finding.message == "unknown key `7`"
    assert finding.help.startswith("write one of version, title, pack, ")


def places(findings):
    return [(finding.code, finding.span.line, finding.span.column) for finding in findings]


def test_prose_may_name_pictures(scratch):
    prose = 'caption: "see https://example.org/a.png"\nlet: {mask: half-mask.png}\n'
    assert scratch.shot(prose).structure() == ()


def test_loop_is_not_counted_among_the_times(scratch):
    scratch.film(
        """
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 3s
            prompt: {loop: false, 0s: rain, soon: sun}
        """
    )
    assert places(scratch.structure()) == [("SB201", 6, 37)]


def test_blend_is_not_counted_among_the_times(scratch):
    scratch.film(
        """
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 3s
            prompt: {blend: slerp, 0s: rain, soon: sun}
        """
    )
    assert places(scratch.structure()) == [("SB201", 6, 38)]


def test_an_unknown_blend(scratch):
    scratch.film("""
        version: 1
        title: Rain
        shots:
          - id: one
            duration: 3s
            prompt: {0s: rain, 1s: sun, blend: slurp}
        """).prints(
        """
        film.yaml:6:40: error[SB104]: `blend` cannot be `slurp`
          |
        6 |     prompt: {0s: rain, 1s: sun, blend: slurp}
          |                                        ^^^^^
          |
          = help: did you mean `slerp`?
        """
    )


def test_a_number_that_nobody_meant_is_not_computed(scratch):
    (finding,) = scratch.shot(f'dialogue: [{{text: a, lasts: "{"1" * 5000}"}}]\n').structure()
    assert finding.message == "this number is too long to be meant"
    (finding,) = scratch.top('output: {fps: "1e999999999"}\n').structure()
    assert finding.message == "'1e999999999' is not a frame rate"


def test_a_film_of_more_than_four_hours(scratch):
    shots = "".join(f"  - {{id: s{n}, duration: 600, prompt: rain}}\n" for n in range(24))
    film = f"version: 1\ntitle: Rain\nshots:\n{shots}"
    assert scratch.film(film).structure() == ()
    more = "  - {id: last, duration: 1f, prompt: rain}\n"
    (finding,) = scratch.film(film + more).structure()
    assert (finding.code, finding.message) == ("SB207", "the shots come to more than 4 hours")


@pytest.mark.parametrize("version", ["true", "1.0", '"1"', "2"])
def test_only_the_whole_number_1_is_a_version(scratch, version):
    (found,) = scratch.film(f"version: {version}\ntitle: Rain\n{SHOTS}").findings()
    assert (found.code, found.span[:2]) == ("SB105", (1, 10))


def test_a_number_as_a_key(scratch):
    (found,) = scratch.top("1: x\n").findings()
    assert (found.code, found.message, found.span.line) == ("SB102", "unknown key `1`", 3)


def test_a_point_in_time_before_the_shot(scratch):
    shot = "shots:\n  - id: one\n    duration: 3s\n    prompt: {-1s: rain}\n"
    (found,) = scratch.film(f"version: 1\ntitle: Rain\n{shot}").findings()
    assert (found.code, found.message) == ("SB201", "a point in time cannot be before 0s")


def test_an_empty_key(scratch):
    (found,) = scratch.top("? \n").findings()
    assert (found.code, found.message) == ("SB022", "this key is empty")
    assert found.span.line in (3, 4)
    (found,) = scratch.top("null: x\n").findings()
    assert (found.code, found.span) == ("SB022", (3, 1, 3, 5))
