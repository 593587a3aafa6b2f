from pypika.functions import *  # noqa: F403
