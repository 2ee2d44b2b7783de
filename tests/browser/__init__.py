"""Tests that open the dashboard's pages in a real Chromium."""
