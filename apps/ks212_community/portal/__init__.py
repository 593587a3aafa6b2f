"""What the pages under /gerai share: their frame, their forms, and how they say things."""
