package runner

/** Numbers builds and gives each a folder, as a controller does: two builds never share one. */
class Workspaces {
    private final File m_folder

    Workspaces(File folder) {
        m_folder = folder
    }

    /** Making the folder takes the number, so that two runners that start at once get two. */
    String nextNumber() {
        m_folder.mkdirs()
        int number = (m_folder.list().findAll { it.isInteger() }*.toInteger().max() ?: 0) + 1
        while (!of(number.toString()).mkdir()) {
            number++
        }
        return number
    }

    File of(String number) {
        return new File(m_folder, number)
    }
}
