//! Percentiles and medians of what was measured.

/// The value below which `share` (0 to 1) of the values lie, by nearest rank; 0 when there is none. Sorts in place.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.sort_unstable_by(f64::total_cmp);
    let rank = (share.clamp(0.0, 1.0) * values.len() as f64).ceil() as usize;
    values[rank.clamp(1, values.len()) - 1]
}

/// The middle value, or the mean of the two middle ones; 0 when there is none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    if values.is_empty() {
        return 0.0;
    }
    values.sort_unstable_by(f64::total_cmp);
    let upper = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(values[upper - 1], values[upper]) } else { values[upper] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_rank() {
        let mut values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(percentile(&mut values, 0.5).to_bits(), 100_f64.to_bits());
        assert_eq!(percentile(&mut values, 0.99).to_bits(), 198_f64.to_bits());
        assert_eq!(percentile(&mut values, 1.0).to_bits(), 200_f64.to_bits());
        assert_eq!(percentile(&mut values, 0.0).to_bits(), 1_f64.to_bits());
    }

    #[test]
    fn one_value_is_every_percentile_and_none_is_zero() {
        assert_eq!(percentile(&mut [7.0], 0.99).to_bits(), 7_f64.to_bits());
        assert_eq!(percentile(&mut [], 0.5).to_bits(), 0_f64.to_bits());
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0]).to_bits(), 2_f64.to_bits());
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]).to_bits(), 2.5_f64.to_bits());
        assert_eq!(median([]).to_bits(), 0_f64.to_bits());
    }
}
