namespace Leeway.Economics.Decisions;

/// <summary>
/// Finds the nearest change of each input, up and down, that changes the verdict. Between two neighbouring thresholds no rule changes, so
/// one value of each stretch stands for all of it.
/// </summary>
internal static class FlipSearch
{
    public static IReadOnlyList<Flip> Of(WorkloadProfile profile, Verdict verdict)
    {
        var flips = new List<Flip>();
        foreach (ProfileInput input in ProfileInputs.All)
        {
            double? value = ProfileInputs.Read(profile, input);
            double most = ProfileInputs.MostOf(input);
            IReadOnlyList<double> thresholds = ProfileInputs.ThresholdsOf(profile, input);
            flips.AddRange(new[] { Up(value ?? 0, most), Down(value ?? most) }.OfType<Flip>());

            Flip? Up(double from, double end)
            {
                double[] ahead = [.. thresholds.Where(threshold => threshold >= from)];
                for (int i = 0; i < ahead.Length; i++)
                {
                    if (At(ahead[i]) is { } there && there != verdict)
                    {
                        return new Flip(input, value, ahead[i], Above: true, Included: true, there);
                    }

                    double next = i + 1 < ahead.Length ? ahead[i + 1] : end;
                    if (next > ahead[i] && At(Between(ahead[i], next)) is { } beyond && beyond != verdict)
                    {
                        return new Flip(input, value, ahead[i], Above: true, Included: false, beyond);
                    }
                }

                return null;
            }

            Flip? Down(double from)
            {
                double[] ahead = [.. thresholds.Where(threshold => threshold <= from).Reverse()];
                for (int i = 0; i < ahead.Length; i++)
                {
                    if (At(ahead[i]) is { } there && there != verdict)
                    {
                        return new Flip(input, value, ahead[i], Above: false, Included: true, there);
                    }

                    double next = i + 1 < ahead.Length ? ahead[i + 1] : 0;
                    if (next < ahead[i] && At(Between(next, ahead[i])) is { } beyond && beyond != verdict)
                    {
                        return new Flip(input, value, ahead[i], Above: false, Included: false, beyond);
                    }
                }

                return null;
            }

            Verdict? At(double at) => Decider.VerdictOf(ProfileInputs.With(profile, input, at));

            // Yes and no have nothing between them.
            double Between(double low, double high) => input == ProfileInput.RevenueCritical ? low : (low + high) / 2;
        }

        return flips;
    }
}
