"""Names for guests that people can remember and say."""

from __future__ import annotations

import secrets

ADJECTIVES = """
able amber ample apt brave bright brisk calm candid clever cosy curious dapper daring deft eager early fabled
fair fleet fond frank gentle glad golden grand happy hardy honest jolly keen kind lively lucky mellow merry
mild modest neat nimble noble patient placid plucky polite prime proud quick quiet rapid ready robust rosy
serene sharp silver sleek smart snug sober solid spry steady sunny swift tidy trusty upbeat vivid warm wise
witty zesty
""".split()  # noqa: SIM905 - a list of words reads best as text
ANIMALS = """
adder alpaca badger beaver bison bittern camel cheetah condor crane curlew dingo dolphin dormouse eagle egret
falcon ferret finch fox gannet gazelle gecko gibbon goose grebe hare hawk heron hoopoe ibex ibis jackal
jackdaw jaguar kestrel koala lark lemur leopard linnet llama lynx magpie marmot marten mole moose narwhal newt
ocelot osprey otter owl panda pelican penguin plover puffin quail rabbit raven robin salmon seal shrew sparrow
stoat stork swallow tapir tern thrush toucan turtle vole walrus weasel whale wombat wren yak zebra
""".split()  # noqa: SIM905 - a list of words reads best as text


def guest_name() -> str:
    """A name such as `guest-brave-otter-4821`; about 60 million of them."""
    number = 1000 + secrets.randbelow(9000)
    return f"guest-{secrets.choice(ADJECTIVES)}-{secrets.choice(ANIMALS)}-{number}"
