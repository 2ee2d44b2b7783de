"""Growth: how many people are active, who came, who came back and who left."""
