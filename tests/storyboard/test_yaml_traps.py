"""Each trap of YAML has words of its own: the whole message, as it is printed."""

from __future__ import annotations

from tests.storyboard.conftest import HEADER


def test_an_unquoted_template_at_the_start_of_a_value(scratch):
    scratch.shot("let: {a: {{ b }}}\n").prints(
        """
        film.yaml:7:14: error[SB011]: a value that begins with `{{` must stand in quotes
          |
        7 |     let: {a: {{ b }}}
          |              ^^^^^^^
          |
          = help: write "{{ b }}"
        """
    )


def test_an_unquoted_template_with_text_after_it(scratch):
    scratch.shot("negative: {{ mina }} in the rain\n").prints(
        """
        film.yaml:7:15: error[SB011]: a value that begins with `{{` must stand in quotes
          |
        7 |     negative: {{ mina }} in the rain
          |               ^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write "{{ mina }} in the rain"
        """
    )


def test_an_unquoted_template_tag(scratch):
    scratch.shot("negative: {% if x %}rain{% endif %}\n").prints(
        """
        film.yaml:7:15: error[SB011]: a value that begins with `{%` must stand in quotes
          |
        7 |     negative: {% if x %}rain{% endif %}
          |               ^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write "{% if x %}rain{% endif %}"
        """
    )


def test_a_second_colon(scratch):
    scratch.shot("negative: girl: running\n").prints(
        """
        film.yaml:7:19: error[SB012]: an unquoted text cannot hold a colon followed by a space
          |
        7 |     negative: girl: running
          |                   ^
          |
          = help: put the text in quotes: "girl: running"
        """
    )


def test_several_slips_at_once(scratch):
    scratch.shot("""
        negative: girl: running
        caption: {{ x }} y
        """).prints(
        """
        film.yaml:7:19: error[SB012]: an unquoted text cannot hold a colon followed by a space
          |
        7 |     negative: girl: running
          |                   ^
          |
          = help: put the text in quotes: "girl: running"

        film.yaml:8:14: error[SB011]: a value that begins with `{{` must stand in quotes
          |
        8 |     caption: {{ x }} y
          |              ^^^^^^^^^
          |
          = help: write "{{ x }} y"
        """
    )


def test_a_colon_in_brackets(scratch):
    scratch.shot("dialogue: [{text: hello, at: 1:30}]\n").prints(
        """
        film.yaml:7:35: error[SB012]: an unquoted text inside of brackets cannot hold a colon
          |
        7 |     dialogue: [{text: hello, at: 1:30}]
          |                                   ^
          |
          = help: put the text in quotes
        """
    )


def test_a_tab_as_indentation(scratch):
    scratch.film("version: 1\nstyle:\n\tprompt: anime\n").prints(
        """
        film.yaml:3:1: error[SB013]: YAML is indented with spaces, not tabs
          |
        3 |     prompt: anime
          | ^^^^
          |
          = help: replace each tab by two spaces
        """
    )


def test_a_quote_that_swallows_the_next_line(scratch):
    scratch.film("""
        version: 1
        title: "Rain
        quality: "fast"
        seed: 1
        """).prints(
        """
        film.yaml:2:8: error[SB014]: this `"` is never closed
          |
        2 | title: "Rain
          |        ^
          |
          = help: add the closing `"`
        """
    )


def test_a_quote_that_runs_to_the_end_of_the_file(scratch):
    scratch.film("""
        version: 1
        title: "Rain
        seed: 1
        """).prints(
        """
        film.yaml:2:8: error[SB014]: this `"` is never closed
          |
        2 | title: "Rain
          |        ^
          |
          = help: add the closing `"`
        """
    )


def test_an_apostrophe_in_single_quotes(scratch):
    scratch.film("""
        version: 1
        title: 'don't
        seed: 1
        """).prints(
        """
        film.yaml:2:12: error[SB024]: the text ends at this `'`, but more follows
          |
        2 | title: 'don't
          |            ^
          |
          = help: put all of it in quotes: "don't"
        """
    )


def test_text_after_a_quoted_text(scratch):
    scratch.film("""
        version: 1
        title: "Rain" again
        """).prints(
        """
        film.yaml:2:13: error[SB024]: the text ends at this `"`, but more follows
          |
        2 | title: "Rain" again
          |             ^
          |
          = help: put all of it in quotes: '"Rain" again'
        """
    )


def test_a_bracket_that_is_never_closed(scratch):
    scratch.film("""
        version: 1
        frame: {width: 256, height: 256
        seed: 1
        """).prints(
        """
        film.yaml:2:8: error[SB025]: this `{` needs a `}`, or a comma is missing
          |
        2 | frame: {width: 256, height: 256
          |        ^
         ::: film.yaml:3:5
        3 | seed: 1
          |     - a comma or `}` was expected here
          |
          = help: a text that holds any of `[ ] { } , :` goes in quotes
        """
    )


def test_a_key_without_a_colon(scratch):
    scratch.film("""
        version: 1
        quality fast
        seed: 1
        """).prints(
        """
        film.yaml:2:1: error[SB010]: a key needs a colon after it
          |
        2 | quality fast
          | ^^^^^^^^^^^^
          |
          = help: write `quality: fast`
        """
    )


def test_a_line_indented_too_little(scratch):
    scratch.film("""
        style:
            prompt: anime
          negative: blurry
        """).prints(
        """
        film.yaml:3:3: error[SB010]: this does not line up with what is above it
          |
        3 |   negative: blurry
          |   ^^^^^^^^^^^^^^^^
          |
          = help: begin it in column 1, like the block that began on line 1, or indent it further
        """
    )


def test_a_line_indented_too_far(scratch):
    scratch.film("""
        version: 1
          title: Rain
        """).prints(
        """
        film.yaml:2:8: error[SB010]: no key can stand here
          |
        2 |   title: Rain
          |        ^
          |
          = help: indent it like the key that it follows, or put a text that holds `: ` in quotes
        """
    )


def test_a_reserved_character(scratch):
    scratch.film("title: @home\n").prints(
        """
        film.yaml:1:8: error[SB026]: a value cannot begin with `@`
          |
        1 | title: @home
          |        ^
          |
          = help: put it in quotes: "@home"
        """
    )


def test_a_bad_escape(scratch):
    scratch.film('title: "C:\\\\films\\x"\n').prints(
        r"""
        film.yaml:1:18: error[SB010]: `\x` is no escape of a text in double quotes
          |
        1 | title: "C:\\films\x"
          |                  ^^
          |
          = help: write a backslash as \\, or use single quotes
        """
    )


def test_a_duplicate_key_shows_both_places(scratch):
    scratch.top("""
        seed: 1
        quality: fast
        seed: 2
        """).prints(
        """
        film.yaml:5:1: error[SB015]: the key `seed` stands here twice
          |
        5 | seed: 2
          | ^^^^
         ::: film.yaml:3:1
        3 | seed: 1
          | ---- first written here
          |
          = help: remove one of the two
        """
    )


def test_an_undefined_alias(scratch):
    scratch.top("""
        style: &usual {prompt: anime}
        output: *usuall
        """).prints(
        """
        film.yaml:4:9: error[SB016]: nothing is called `&usuall` above
          |
        4 | output: *usuall
          |         ^^^^^^^
          |
          = help: did you mean `*usual`?
        """
    )


def test_an_alias_of_itself(scratch):
    scratch.top("let: &all {weather: *all}\n").prints(
        """
        film.yaml:3:21: error[SB017]: `*all` contains itself
          |
        3 | let: &all {weather: *all}
          |                     ^^^^
          |
          = help: move `&all` to a part that does not hold this alias
        """
    )


def test_a_merge_of_a_list(scratch):
    scratch.top("style: {<<: [anime]}\n").prints(
        """
        film.yaml:3:14: error[SB023]: `<<` merges a mapping, or a list of mappings
          |
        3 | style: {<<: [anime]}
          |              ^^^^^
          |
          = help: write `<<: *name` for a mapping that is marked `&name`
        """
    )


def test_a_tag(scratch):
    scratch.top("pack: !secret smoke\n").prints(
        """
        film.yaml:3:7: error[SB021]: the YAML tag `!secret` is not part of the language
          |
        3 | pack: !secret smoke
          |       ^
          |
          = help: remove it; a text that begins with `!` goes in quotes: "!..."
        """
    )


def test_a_comment_that_cuts_off_a_prompt(scratch):
    scratch.shot("caption: apartment #12 at night\n").prints(
        """
        film.yaml:7:23: warning[SB020]: the text ends before ` #`; the rest of the line is a comment
          |
        7 |     caption: apartment #12 at night
          |                       ^^^^^^^^^^^^^
          |
          = help: if it belongs to the text, put all of it in quotes: "apartment #12 at night"
        """
    )


def test_two_documents(scratch):
    scratch.film("""
        version: 1
        ---
        version: 1
        """).prints(
        """
        film.yaml:2:1: error[SB004]: the file holds more than one document
          |
        2 | ---
          | ^^^
          |
          = help: one file is one film: remove this `---` or move what follows to a file of its own
        """
    )


def test_an_empty_file(scratch):
    scratch.film("# nothing yet\n").prints(
        """
        film.yaml: error[SB003]: the file is empty
          = help: `storyboard init` writes a storyboard to start from
        """
    )


def test_a_list_at_the_top(scratch):
    scratch.film("""
        - id: one
          duration: 3s
        """).prints(
        """
        film.yaml:1:1: error[SB005]: a storyboard is a mapping of keys to values, not a list
          |
        1 | - id: one
          | ^^^^^^^^^
          |
          = help: begin with `version: 1`, `title: ...` and `shots:`
        """
    )


def test_bytes_that_are_not_utf_8(scratch):
    scratch.film(b"version: 1\ntitle: caf\xe9\n").prints(
        """
        film.yaml:2:11: error[SB001]: byte 21 (0xe9) is not UTF-8
          |
        2 | title: caf�
          |           ^
          |
          = help: save the file as UTF-8
        """
    )


def test_a_control_character(scratch):
    scratch.film("title: ding\x07\n").prints(
        """
        film.yaml:1:12: error[SB006]: the control character U+0007 is not allowed in YAML
          |
        1 | title: ding�
          |            ^
          |
          = help: remove it, or write it as an escape in a text in double quotes
        """
    )


def test_a_mapping_as_a_key(scratch):
    scratch.top("""
        ? {a: b}
        : c
        """).prints(
        """
        film.yaml:3:3: error[SB022]: a key must be a plain word
          |
        3 | ? {a: b}
          |   ^^^^^^
        """
    )


def codes(findings):
    return [finding.code for finding in findings]


def test_nesting_of_65_levels_is_refused_and_of_64_is_not(scratch):
    # The document itself is one level.
    assert codes(scratch.film(f"a: {'[' * 64}{']' * 64}\n").structure()) == ["SB019"]
    assert "SB019" not in codes(scratch.film(f"a: {'[' * 63}{']' * 63}\n").structure())


def test_an_alias_bomb_is_refused_before_it_is_built(scratch):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 12):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")
    assert codes(scratch.film("\n".join(lines)).structure()) == ["SB018"]


def test_a_file_of_more_than_a_megabyte_is_not_read(scratch):
    assert codes(scratch.film(b"# " + b"x" * 999_998).structure()) == ["SB003"]
    assert codes(scratch.film(b"# " + b"x" * 999_999).structure()) == ["SB002"]


def test_traps_inside_of_texts_are_no_traps(scratch):
    text = "negative: |\n  a: b: c\n  {{ x }}: y\n  'open\ncaption: \"a: {{ b }} '\n  c: d: e\"\n"
    assert codes(scratch.shot(text + "quality: [\n").structure()) == ["SB025"]


def test_a_slip_below_the_parser_s_own_complaint_is_reported_beside_it(scratch):
    found = scratch.film("version: 1\nframe: [1\nseed: 1\ntitle: a: b\n").structure()
    assert codes(found) == ["SB025", "SB012"]


def test_a_comment_after_a_prompt_is_no_warning(scratch):
    assert scratch.shot("caption: night # a comment\nnegative: 'x' #1\n").structure() == ()


def test_a_text_that_is_cut_off_is_told_once_however_often_it_is_used(scratch):
    text = "shots:\n  - &a\n    id: a\n    prompt: flat #12\n  - *a\n  - {<<: *a}\n"
    assert codes(scratch.film(text).structure()).count("SB020") == 1


def test_the_column_of_a_bad_byte_counts_characters(scratch):
    (finding,) = scratch.film("雨: ".encode() + b"\xff\n").structure()
    assert finding.message == "byte 5 (0xff) is not UTF-8"
    assert finding.span[:2] == (1, 4)


def test_a_byte_order_mark_is_no_part_of_the_text(scratch):
    (finding,) = scratch.film(b"\xef\xbb\xbfa: 1\na: 2\ntitle: x\nversion: 1\n").structure()[:1]
    assert finding.span[:2] == (1, 1)


def test_alternatives_without_quotes(scratch):
    scratch.film(HEADER + "shots:\n  - id: a\n    prompt: {red|blue} coat\n").prints(
        """
        film.yaml:5:13: error[SB011]: a value that begins with `{` must stand in quotes
          |
        5 |     prompt: {red|blue} coat
          |             ^^^^^^^^^^^^^^^
          |
          = help: write "{red|blue} coat"
        """
    )
