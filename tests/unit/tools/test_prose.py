from tools.prose.__main__ import Turns

TURNS = Turns("# comment\n\n(is|are) told -> reports\nthe heat lies -> the heat is\n")


def test_a_turn_is_found_with_its_line_and_what_to_write_instead():
    assert list(TURNS.find("First line.\nThe user is told.\n")) == [(2, "is told", "reports")]


def test_a_turn_is_found_across_lines_of_a_comment_strings_and_in_names():
    assert len(list(TURNS.find("# Users are\n# told."))) == 1
    assert len(list(TURNS.find('("where the heat "\n    "lies")'))) == 1
    assert len(list(TURNS.find("def test_the_user_is_told():"))) == 1


def test_other_words_are_left_alone():
    assert list(TURNS.find("This toldo; the heat liest.")) == []
