"""Who acts: people, their sign-ins, and the tokens that stand for both."""
