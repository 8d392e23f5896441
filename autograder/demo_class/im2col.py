def output_size(n, kernel_size, stride, padding, dilation):
    return (n + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1


def conv2d_forward(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    N, _, H, W = x.shape
    F, depth, kh, kw = w.shape
    out_h, out_w = output_size(H, kh, sh, ph, dh), output_size(W, kw, sw, pw, dw)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    rows = sh * np.arange(out_h)[:, None, None, None] + dh * np.arange(kh)[:, None]
    columns = sw * np.arange(out_w)[:, None, None] + dw * np.arange(kw)
    windows = x[:, :, rows, columns]  # (N, C, out_h, out_w, kh, kw)
    windows = windows.reshape(N, groups, depth, out_h * out_w, kh * kw)
    windows = windows.transpose(0, 1, 3, 2, 4).reshape(N, groups, out_h * out_w, -1)
    y = w.reshape(groups, F // groups, -1) @ windows.swapaxes(2, 3)
    y = y.reshape(N, F, out_h, out_w)
    return y if b is None else y + b[:, None, None]
