using ControlPlane.Grpc.Server;

namespace ControlPlane.Grpc.Tests.Server;

public sealed class BlockPoolTests
{
    private const int Page = 4096;

    [Fact]
    public void Rent_SmallAndLarge_GivesBlocksOfTwoSizesAndUsesThemAgain()
    {
        using var pool = new BlockPool();
        var (small, large) = (pool.Rent(), pool.Rent(Page + 1));
        Assert.Equal((Page, BlockPool.LargeBlockSize), (small.Memory.Length, large.Memory.Length));
        small.Dispose();
        large.Dispose();
        Assert.Same(large, pool.Rent(BlockPool.LargeBlockSize));
        Assert.Same(small, pool.Rent(Page));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(BlockPool.LargeBlockSize + 1));
    }
}
