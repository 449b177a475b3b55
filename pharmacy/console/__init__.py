"""What a pharmacist works with: queue, claims, replies, the chart."""
